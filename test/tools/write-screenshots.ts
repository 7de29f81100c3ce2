/** Writes the pictures of the dashboard in docs/dashboard: of the demo, in the middle of its second outage. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { startChromium } from "../browser/chromium.ts";

const folder = new URL("../../docs/dashboard/", import.meta.url);
const port = 4470;
/** By then the default model is down for the second time, and the charts have something to show. */
const intoOutageMs = 92_000;

type Colours = "light" | "dark";

async function written(browser: Browser, colorScheme: Colours): Promise<void> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 960 } });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.getByRole("heading", { name: "1 target is out" }).waitFor();
  // Until fonts and charts stand.
  await sleep(500);
  await picture(page, `outage-${colorScheme}`);
  await page.setViewportSize({ width: 390, height: 844 });
  await sleep(500);
  await picture(page, `phone-${colorScheme}`);
  await page.setViewportSize({ width: 1280, height: 600 });
  await page.locator("tr.opens", { hasText: "fell back" }).first().click();
  await page.locator("dialog .timeline").waitFor();
  await picture(page.getByRole("dialog"), `request-${colorScheme}`);
  await context.close();
}

async function picture(of: Page | Locator, name: string): Promise<void> {
  await of.screenshot({ path: fileURLToPath(new URL(`${name}.png`, folder)) });
}

const demo = spawn(process.execPath, ["examples/demo/main.ts", "--dashboard"], {
  stdio: ["ignore", "pipe", "inherit"],
  env: { ...process.env, PORT: String(port) },
});
try {
  await once(demo.stdout, "data");
  const browser = await startChromium();
  await sleep(intoOutageMs);
  await Promise.all((["light", "dark"] as const).map((colours) => written(browser, colours)));
  await browser.close();
} finally {
  demo.kill();
}
