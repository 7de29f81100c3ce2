import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { dashboard, forNode, type DashboardOptions } from "../../src/dashboard/index.ts";
import type { ModelRouter } from "../../src/index.ts";

/** A dashboard that is served on this machine. */
export interface Served extends AsyncDisposable {
  readonly url: string;
}

/** Serves a dashboard below a path, as users mount it. */
export async function serve(router: ModelRouter, options: Partial<DashboardOptions> = {}, port = 0): Promise<Served> {
  const server = createServer(forNode(dashboard(router, { authorise: () => true, ...options })));
  await once(server.listen(port, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/internal/router`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A page that is open, and what the browser complained of. */
export interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings of the console, what was thrown, and what the policy of the page forbade. */
  readonly complaints: string[];
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  await page.getByText("live", { exact: true }).waitFor({ state: "attached" });
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** What is not accessible, by the rules of WCAG 2.2 AA and those that axe-core calls best practice. */
export async function barriersOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ help, nodes }) => `${help}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  });
}
