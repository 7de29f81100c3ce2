import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call, startSingle } from "../requests/setup.ts";
import { get, LiveReader, openBoard } from "./setup.ts";

describe("the live stream of a dashboard", () => {
  it("tells everything at first, then what has changed", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router);
    await single.router.chat.completions.create(call);
    await using live = new LiveReader(await get(board, "live"));
    const first = await live.next();
    expect([first?.whole, first?.requests?.length]).toEqual([true, 1]);
    await single.router.chat.completions.create(call);
    const second = await live.next();
    expect([second?.whole, second?.requests?.length, second?.state?.total.calls]).toEqual([undefined, 1, 2]);
  });

  it("is an event stream that nobody buffers", async () => {
    await using single = await startSingle();
    const response = await get(openBoard(single.router), "live");
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    await response.body?.cancel();
  });

  it("is given to so many pages as it is told, and to the next when one has gone", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { maxConnections: 1 });
    const first = await get(board, "live");
    const second = await get(board, "live");
    expect([second.status, second.headers.get("retry-after")]).toEqual([503, "10"]);
    await first.body?.cancel();
    await using third = new LiveReader(await get(board, "live"));
    expect(await third.next()).toMatchObject({ whole: true });
  });

  it("ends with the router", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router);
    await using live = new LiveReader(await get(board, "live"));
    await live.next();
    await single.router.close();
    expect(await live.next()).toBeUndefined();
    expect((await get(board, "live")).status).toBe(503);
  });
});

describe("the live stream over time", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("does not pile up what a page does not read: it is told later what is new by then", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router);
    await using live = new LiveReader(await get(board, "live"));
    for (let at = 0; at < 30; at += 1) {
      await single.router.chat.completions.create(call);
      vi.advanceTimersByTime(1_000);
    }
    let messages = 0;
    for (let told = 0; told < 30; messages += 1) {
      const message = live.next();
      await vi.advanceTimersByTimeAsync(1_000);
      told += (await message)?.requests?.length ?? 0;
    }
    expect(messages).toBeLessThan(10);
  });

  it("lets a page go that reads nothing for a minute", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router, { maxConnections: 1 });
    const response = await get(board, "live");
    for (let at = 0; at < 65; at += 1) vi.advanceTimersByTime(1_000);
    const reader = response.body!.getReader();
    await expect(reader.read()).rejects.toThrow("did not read");
    await using next = new LiveReader(await get(board, "live"));
    expect(await next.next()).toMatchObject({ whole: true });
  });

  it("ends after five minutes, so that authorise is asked anew", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router);
    await using live = new LiveReader(await get(board, "live"));
    await live.next();
    const end = (async () => {
      while ((await live.next()) !== undefined);
      return "ended";
    })();
    for (let at = 0; at < 301; at += 1) await vi.advanceTimersByTimeAsync(1_000);
    expect(await end).toBe("ended");
  });

  it("ends, and nothing else does, when the router can not say how it stands", async () => {
    await using single = await startSingle();
    const board = openBoard(single.router);
    await using live = new LiveReader(await get(board, "live"));
    await live.next();
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    vi.spyOn(single.router, "stats").mockImplementation(() => {
      throw new Error("no figures today");
    });
    vi.advanceTimersByTime(1_000);
    expect(await live.next()).toBeUndefined();
    expect(warn.mock.calls[0]?.[0]).toContain("no figures today");
    warn.mockRestore();
  });

  it("has no timer while no page is open", async () => {
    await using single = await startSingle();
    await single.router.chat.completions.create(call);
    const before = vi.getTimerCount();
    const board = openBoard(single.router);
    expect(vi.getTimerCount()).toBe(before);
    const response = await get(board, "live");
    expect(vi.getTimerCount()).toBe(before + 1);
    await response.body?.cancel();
    expect(vi.getTimerCount()).toBe(before);
  });
});
