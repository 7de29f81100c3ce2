import { describe, expect, it, onTestFinished, vi } from "vitest";
import { askForPassword, dashboard, type DashboardOptions } from "../../src/dashboard/index.ts";
import { call, startSingle } from "../requests/setup.ts";
import { get, LiveReader, openBoard } from "./setup.ts";

const names = ["", "page.js", "page.css", "icon.svg", "live", "request?id=x", "elsewhere"];

function basic(password: string): RequestInit {
  return { headers: { authorization: `Basic ${Buffer.from(`anybody:${password}`).toString("base64")}` } };
}

describe("a dashboard", () => {
  it("is not made without an authorise, and says what to give", async () => {
    await using single = await startSingle();
    expect(() => dashboard(single.router, {} as DashboardOptions)).toThrow(/^authorise: is missing: say who may see/);
  });

  it("is not made with options that do not hold", async () => {
    await using single = await startSingle();
    const wrong = { authorise: true, windowMs: 5, maxRequests: 0, showPrompts: true };
    const make = () => dashboard(single.router, wrong as unknown as DashboardOptions);
    expect(make).toThrow(/authorise: must be a function/);
    expect(make).toThrow(/windowMs: must be milliseconds from 180000/);
    expect(make).toThrow(/maxRequests: must be a whole number from 1 to 10000/);
    expect(make).toThrow(/showPrompts: is not an option/);
  });

  it.each(names)("serves nothing to whom authorise does not let in: %j", async (name) => {
    await using single = await startSingle();
    const board = openBoard(single.router, { authorise: () => false });
    const response = await get(board, name);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("You may not see this dashboard");
  });

  it("takes nothing but true for a yes", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { authorise: () => "yes" as unknown as boolean });
    expect((await get(board)).status).toBe(403);
  });

  it("takes an authorise that throws for a no, and does not tell the caller what it threw", async () => {
    await using single = await startSingle();
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const board = openBoard(single.router, {
      authorise: () => Promise.reject(new Error("secret of the session store")),
    });
    const response = await get(board);
    expect([response.status, (await response.text()).includes("secret")]).toEqual([403, false]);
    expect(warn.mock.calls[0]?.[0]).toContain("secret of the session store");
  });

  it("sends the answer that authorise gives, such as one that leads to a login", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { authorise: () => Response.redirect("https://login.example/", 302) });
    expect((await get(board)).headers.get("location")).toBe("https://login.example/");
  });

  it("shows the request to authorise", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { authorise: ({ headers }) => headers.get("cookie") === "session=good" });
    expect((await get(board, "", { headers: { cookie: "session=good" } })).status).toBe(200);
    expect((await get(board)).status).toBe(403);
  });

  it("can only be looked at", async () => {
    await using single = await startSingle();
    const response = await get(openBoard(single.router), "", { method: "POST", body: "x" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("answers HEAD without a body, and keeps no stream open for it", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { maxConnections: 1 });
    const head = await get(board, "live", { method: "HEAD" });
    expect([head.status, head.body]).toEqual([200, null]);
    await using live = new LiveReader(await get(board, "live"));
    expect(await live.next()).toMatchObject({ whole: true });
  });

  it.each(names)("forbids framing, inline scripts, foreign sources and keeping a copy: %j", async (name) => {
    await using single = await startSingle();
    const response = await get(openBoard(single.router), name);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    await response.body?.cancel();
  });

  it("has no script in its page, and names nothing of another origin in it", async () => {
    await using single = await startSingle();
    const html = await (await get(openBoard(single.router))).text();
    expect(html).not.toMatch(/<script(?![^>]* src=)[^>]*>|\son\w+=|style=|https?:\/\//);
  });

  it("keeps the licences of the libraries in its script", async () => {
    await using single = await startSingle();
    const script = await (await get(openBoard(single.router), "page.js")).text();
    expect(script).toMatch(
      /code of preact:[\s\S]*Permission is hereby granted[\s\S]*code of uplot:[\s\S]*Leon Sorokin/,
    );
  });

  it("leads from its path without a slash to that with one, on the same host", async () => {
    await using single = await startSingle();
    const response = await openBoard(single.router)(new Request("http://localhost//other.example"));
    const to = new URL(response.headers.get("location") ?? "", "http://localhost//other.example");
    expect([response.status, to.href]).toEqual([308, "http://localhost//other.example/"]);
  });

  it("listens no more after close()", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router);
    board.close();
    const { requestId } = single.router.recordOf(await single.router.chat.completions.create(call));
    expect((await get(board, `request?id=${requestId}`)).status).toBe(404);
    expect((await get(board, "live")).status).toBe(503);
  });
});

describe("askForPassword", () => {
  it("lets in who knows it, whatever the user name", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { authorise: askForPassword("pâss:word") });
    expect((await get(board, "", basic("pâss:word"))).status).toBe(200);
  });

  it.each([undefined, basic("other"), basic(""), { headers: { authorization: "Bearer password" } }])(
    "has the browser ask others for it",
    async (init) => {
      await using single = await startSingle();
      const response = await get(openBoard(single.router, { authorise: askForPassword("password") }), "", init);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Basic /);
    },
  );

  it.each([undefined, "", "  "])("is not made without one: %j", (password) => {
    expect(() => askForPassword(password)).toThrow(/is the environment variable set/);
  });
});
