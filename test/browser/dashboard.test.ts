import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, hear, startFleet, startPair, startSingle, type Pair } from "../requests/setup.ts";
import { askForPassword } from "../../src/dashboard/index.ts";
import { startChromium } from "./chromium.ts";
import { barriersOn, openPage, serve } from "./setup.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());

/** The row of a target. */
function rowOf(page: Page, target: string) {
  const own = page.getByRole("button", { name: target, exact: true });
  return page.getByRole("group", { name: "Targets" }).getByRole("row").filter({ has: own });
}

/** The figure below a name. */
function figure(page: Page, name: string) {
  return page.locator(".tile", { has: page.getByText(name, { exact: true }) }).locator(".value");
}

/** How far a place could be scrolled sideways. */
function sideways(place: Locator): Promise<number> {
  return place.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
}

/** A pair whose first target fails at once, and whose breaker opens at the second failure. */
function startFailing(): Promise<Pair> {
  const breaker = { failureThreshold: 2, errorRate: 0, windowMs: 60_000, cooldownMs: 2_000 };
  return startPair({ a: {}, router: { retry: false, breaker } });
}

describe("the page", () => {
  it("shows calls as they end, without being loaded anew", async () => {
    await using single = await startSingle();
    await using served = await serve(single.router);
    await using opened = await openPage(browser, served.url);
    const { page, complaints } = opened;
    await expect.poll(() => figure(page, "Calls").textContent()).toBe("0");
    await single.router.chat.completions.create(call);
    await single.router.chat.completions.create(call);
    await expect.poll(() => figure(page, "Calls").textContent()).toBe("2");
    await expect.poll(() => page.locator("tr.opens").count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  it("shows an outage live: the breaker that opens, the fallbacks, and the recovery", async () => {
    await using pair = await startFailing();
    await using served = await serve(pair.router);
    await using opened = await openPage(browser, served.url);
    const { page } = opened;
    await page.getByRole("heading", { name: "All targets can serve" }).waitFor();
    pair.a.fail("a", 500);
    for (let at = 0; at < 3; at += 1) await pair.router.chat.completions.create(call);
    await page.getByRole("heading", { name: "1 target is out, every tier is served" }).waitFor();
    await rowOf(page, "a")
      .getByText(/breaker open, trial call (in \d s|now)/)
      .waitFor();
    await page.getByText("Breaker of a opens").waitFor();
    expect(await figure(page, "Saved by fallbacks").textContent()).toBe("2");
    expect(await page.title()).toBe("▲ modelrouter");
    pair.a.heal("a");
    await expect
      .poll(
        async () => {
          await pair.router.chat.completions.create(call);
          return page.getByText("Breaker of a closes").count();
        },
        { timeout: 20_000, interval: 200 },
      )
      .toBe(1);
    await page.getByRole("heading", { name: "All targets can serve" }).waitFor();
  });

  it("says when nothing can serve a tier", async () => {
    await using single = await startSingle({
      a: [500, 500],
      router: { retry: false, breaker: { failureThreshold: 1, errorRate: 0, cooldownMs: 60_000 } },
    });
    await using served = await serve(single.router);
    await using opened = await openPage(browser, served.url);
    await single.router.chat.completions.create(call).catch(() => undefined);
    await opened.page.getByRole("heading", { name: "Nothing can serve tier main" }).waitFor();
    expect(await opened.page.title()).toBe("✕ modelrouter");
  });

  it("opens a request to its attempts by keyboard, and Escape closes it", async () => {
    await using pair = await startPair({ a: [500], router: { retry: false } });
    await using served = await serve(pair.router);
    await pair.router.chat.completions.create(call);
    await using opened = await openPage(browser, served.url);
    const { page } = opened;
    const button = page.getByRole("button", { name: /^Open the request of .*: fell back$/ });
    await button.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Request" });
    await expect.poll(() => dialog.locator(".timeline li").count()).toBe(2);
    expect(await dialog.locator(".timeline li").allInnerTexts()).toEqual([
      expect.stringMatching(/^a\s+server error[\s\S]*status 500/),
      expect.stringMatching(/^b\s+answered[\s\S]*status 200/),
    ]);
    expect(await barriersOn(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.textContent")).toBe(await button.textContent());
  });

  it("opens the request that its address names, and goes back by the way back of the browser", async () => {
    await using single = await startSingle();
    await using served = await serve(single.router);
    const { requestId } = single.router.recordOf(await single.router.chat.completions.create(call));
    await using opened = await openPage(browser, `${served.url}/`);
    const { page } = opened;
    await page.locator("tr.opens").first().click();
    await page.getByRole("dialog").getByText(requestId).waitFor();
    expect(page.url()).toContain(`#request=${requestId}`);
    await page.goBack();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("shows what callers name as text, whatever it looks like", async () => {
    const hostile = `<img src=x onerror="document.title='hacked'"><script>document.title='hacked'</script>`;
    await using fleet = await startFleet({ tiers: { main: ["small"] } });
    await using served = await serve(fleet.router);
    const view = fleet.router.with({ task: hostile, tags: { [hostile]: hostile } });
    await view.chat.completions.create({ ...call, model: hostile });
    await using opened = await openPage(browser, served.url);
    const { page, complaints } = opened;
    await page.locator("tr.opens").first().click();
    await page.getByRole("dialog").getByText(hostile, { exact: true }).first().waitFor();
    expect(await page.locator("img, main script").count()).toBe(0);
    expect(await page.title()).toBe("modelrouter");
    expect(complaints).toEqual([]);
  });

  it("loads nothing from another origin", async () => {
    await using single = await startSingle();
    await using served = await serve(single.router);
    const context = await browser.newContext();
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(served.url);
    await page.getByRole("heading", { name: "All targets can serve" }).waitFor();
    await context.close();
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((url) => !url.startsWith(served.url))).toEqual([]);
  });

  it("tells when the connection is lost, and comes back with what has happened since", async () => {
    await using single = await startSingle();
    const first = await serve(single.router);
    await using opened = await openPage(browser, first.url);
    const { page } = opened;
    const port = Number(new URL(first.url).port);
    await first[Symbol.asyncDispose]();
    await page.getByText("connection lost, trying again").waitFor();
    await using second = await serve(single.router, {}, port);
    await single.router.chat.completions.create(call);
    await page.getByText("live", { exact: true }).waitFor();
    await expect.poll(() => page.locator("tr.opens").count()).toBe(1);
    expect(second.url).toBe(first.url);
  });

  it("stands still while it is paused, and goes on with what has happened since", async () => {
    await using single = await startSingle();
    await using served = await serve(single.router);
    await using opened = await openPage(browser, served.url);
    const { page } = opened;
    await page.getByRole("button", { name: "Pause" }).click();
    await single.router.chat.completions.create(call);
    await using other = await openPage(browser, served.url);
    await expect.poll(() => figure(other.page, "Calls").textContent()).toBe("1");
    expect(await figure(page, "Calls").textContent()).toBe("0");
    await page.getByRole("button", { name: "Pause" }).click();
    await expect.poll(() => figure(page, "Calls").textContent()).toBe("1");
  });

  it("shows only what one target did when that is chosen", async () => {
    await using pair = await startPair({ a: [500], router: { retry: false } });
    await using served = await serve(pair.router);
    await pair.router.chat.completions.create(call);
    await using opened = await openPage(browser, served.url);
    const { page } = opened;
    await rowOf(page, "a").getByRole("button").click();
    expect(await page.getByLabel("Latency, first token and failures of").inputValue()).toBe("target:a");
    await page.getByRole("slider", { name: /^Failures/ }).waitFor();
    expect(await page.getByRole("slider", { name: /^Failures/ }).getAttribute("aria-valuetext")).toContain(
      "failed attempts",
    );
  });

  it("finds requests by outcome and by words", async () => {
    await using pair = await startPair({ a: [500], router: { retry: false } });
    await using served = await serve(pair.router);
    await pair.router.chat.completions.create(call);
    await pair.router.with({ tags: { team: "search" } }).chat.completions.create(call);
    await using opened = await openPage(browser, served.url);
    const { page } = opened;
    await expect.poll(() => page.locator("tr.opens").count()).toBe(2);
    await page.getByRole("button", { name: "retried or fell back" }).click();
    expect(await page.locator("tr.opens").allInnerTexts()).toEqual([expect.stringContaining("fell back")]);
    await page.getByRole("button", { name: "all", exact: true }).click();
    await page.getByLabel(/^Find requests/).fill("SEARCH");
    expect(await page.locator("tr.opens").allInnerTexts()).toEqual([expect.stringContaining("answered")]);
  });

  it("reads a chart step by step with the arrow keys, and shows it as a table", async () => {
    await using single = await startSingle();
    await using served = await serve(single.router);
    await single.router.chat.completions.create(call);
    await using opened = await openPage(browser, served.url);
    const { page } = opened;
    const chart = page.getByRole("slider", { name: /^Traffic/ });
    await chart.focus();
    await page.keyboard.press("ArrowLeft");
    const before = Number(await chart.getAttribute("aria-valuenow"));
    await page.keyboard.press("ArrowLeft");
    expect(Number(await chart.getAttribute("aria-valuenow"))).toBe(before - 1);
    await page.locator("section.chart", { has: chart }).getByText("as a table").click();
    await page
      .getByRole("group", { name: "Traffic as a table" })
      .getByRole("cell", { name: "1", exact: true })
      .waitFor();
  });

  it("asks for the password that it is told to ask for", async () => {
    await using single = await startSingle();
    await using served = await serve(single.router, { authorise: askForPassword("opens it") });
    const stranger = await browser.newContext();
    const page = await stranger.newPage();
    await expect(page.goto(served.url)).rejects.toThrow("ERR_INVALID_AUTH_CREDENTIALS");
    await stranger.close();
    await using opened = await openPage(browser, served.url, {
      httpCredentials: { username: "me", password: "opens it" },
    });
    await opened.page.getByRole("heading", { name: "All targets can serve" }).waitFor();
  });
});

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  it("is accessible while it is empty", async () => {
    await using single = await startSingle();
    await using served = await serve(single.router);
    await using opened = await openPage(browser, served.url, { colorScheme });
    expect(await barriersOn(opened.page)).toEqual([]);
  });

  it("is accessible in the middle of an outage", async () => {
    await using pair = await startFailing();
    await using served = await serve(pair.router);
    pair.a.fail("a", 500);
    for (let at = 0; at < 4; at += 1) await pair.router.chat.completions.create(call);
    await hear(pair.router);
    await using opened = await openPage(browser, served.url, { colorScheme });
    await opened.page.getByText("Breaker of a opens").waitFor();
    expect(await barriersOn(opened.page)).toEqual([]);
  });

  it("takes the colours that are chosen, and keeps them", async () => {
    await using single = await startSingle();
    await using served = await serve(single.router);
    await using opened = await openPage(browser, served.url, { colorScheme });
    const { page } = opened;
    const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const asSystem = await ground();
    const other = colorScheme === "light" ? "Dark" : "Light";
    const button = page.getByRole("button", { name: /^Colours/ });
    while ((await button.textContent()) !== other) await button.click();
    await expect.poll(ground).not.toBe(asSystem);
    await page.reload();
    await expect.poll(() => button.textContent()).toBe(other);
  });
});

describe("on a phone", () => {
  const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

  it("does not scroll sideways, and is accessible", async () => {
    const long = "vendor/a-model-with-quite-a-long-name-2026-11-25-preview";
    await using fleet = await startFleet({
      tiers: { "a-tier-with-a-long-name": [long, "small"] },
      prices: { [long]: 1, small: 1 },
      budgets: { all: { limitUsd: 1, per: "day" } },
    });
    await using served = await serve(fleet.router);
    await fleet.router.ask("Hi?");
    await using opened = await openPage(browser, served.url, phone);
    const { page } = opened;
    await page.locator("tr.opens").first().waitFor();
    const root = page.locator("html");
    expect(await sideways(root)).toBe(0);
    expect(await barriersOn(page)).toEqual([]);
    await page.locator("tr.opens").first().tap();
    await page.getByRole("dialog").locator(".timeline li").waitFor();
    expect(await sideways(page.getByRole("dialog"))).toBe(0);
  });
});
