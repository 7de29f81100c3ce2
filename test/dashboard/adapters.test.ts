import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { forFastify, forHono, forNode, type Dashboard } from "../../src/dashboard/index.ts";
import { startSingle } from "../requests/setup.ts";
import { LiveReader, openBoard } from "./setup.ts";

interface Mounted extends AsyncDisposable {
  /** Where it is mounted, without a slash at the end. */
  readonly url: string;
}

async function served(server: Server, close: () => unknown = () => undefined): Promise<Mounted> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/internal/router`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await close();
    },
  };
}

const mounts: Readonly<Record<string, (board: Dashboard) => Promise<Mounted>>> = {
  "node:http": (board) => served(createServer(forNode(board))),
  Express: (board) => served(createServer(express().use("/internal/router", forNode(board)))),
  async Fastify(board) {
    const app = fastify();
    app.get("/internal/router", forFastify(board));
    app.get("/internal/router/*", forFastify(board));
    await app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = app.server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}/internal/router`,
      async [Symbol.asyncDispose]() {
        app.server.closeAllConnections();
        await app.close();
      },
    };
  },
  Hono(board) {
    const app = new Hono();
    app.get("/internal/router", forHono(board));
    app.get("/internal/router/*", forHono(board));
    const serve = Object.assign((request: Request) => Promise.resolve(app.fetch(request)), { close: () => undefined });
    return served(createServer(forNode(serve)));
  },
};

describe.each(Object.entries(mounts))("mounted on %s", (_name, mount) => {
  it("serves its page, also when the slash at the end is left out", async () => {
    await using single = await startSingle();
    await using mounted = await mount(openBoard(single.router));
    const response = await fetch(mounted.url);
    expect([response.status, response.url]).toEqual([200, `${mounted.url}/`]);
    expect(await response.text()).toContain('<script type="module" src="page.js">');
  });

  it("serves its script with its headers", async () => {
    await using single = await startSingle();
    await using mounted = await mount(openBoard(single.router));
    const response = await fetch(`${mounted.url}/page.js`);
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("streams, and lets the stream go when the page has gone", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { maxConnections: 1 });
    await using mounted = await mount(board);
    {
      await using live = new LiveReader(await fetch(`${mounted.url}/live`));
      expect(await live.next()).toMatchObject({ whole: true });
    }
    await expect
      .poll(async () => {
        const response = await fetch(`${mounted.url}/live`);
        await response.body?.cancel();
        return response.status;
      })
      .toBe(200);
  });

  it("gives headers of the request to authorise", async () => {
    await using single = await startSingle();
    await using mounted = await mount(
      openBoard(single.router, { authorise: ({ headers }) => headers.get("x-user") === "ada" }),
    );
    const seen = [await fetch(mounted.url), await fetch(mounted.url, { headers: { "x-user": "ada" } })];
    expect(seen.map(({ status }) => status)).toEqual([403, 200]);
  });
});

describe("forNode", () => {
  it("keeps each cookie that an answer of authorise sets", async () => {
    await using single = await startSingle();
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    const board = openBoard(single.router, { authorise: () => new Response("", { status: 401, headers }) });
    await using mounted = await served(createServer(forNode(board)));
    expect((await fetch(mounted.url)).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it.each([
    "GET / HTTP/1.1\r\nHost: a.example/b?c\r\n\r\n",
    "GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
  ])("does not serve an address that can be read in two ways: %j", async (sent) => {
    await using single = await startSingle();
    await using mounted = await served(createServer(forNode(openBoard(single.router))));
    const socket = connect(Number(new URL(mounted.url).port), "127.0.0.1");
    socket.end(sent);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});
