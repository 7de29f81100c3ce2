import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { Emitter } from "../../src/lib/emitter.ts";

interface Events {
  ping: { n: number };
}

describe("a listener", () => {
  it("gets the payload of each event", () => {
    const emitter = new Emitter<Events>();
    const got: number[] = [];
    emitter.on("ping", ({ n }) => got.push(n));
    emitter.emit("ping", { n: 1 });
    emitter.emit("ping", { n: 2 });
    expect(got).toEqual([1, 2]);
  });

  it("gets one event where it asks for one", () => {
    const emitter = new Emitter<Events>();
    const got: number[] = [];
    emitter.once("ping", ({ n }) => got.push(n));
    emitter.emit("ping", { n: 1 });
    emitter.emit("ping", { n: 2 });
    expect(got).toEqual([1]);
  });

  it("gets none once it is taken off", () => {
    const emitter = new Emitter<Events>();
    const got: number[] = [];
    const listener = ({ n }: Events["ping"]): void => void got.push(n);
    emitter.on("ping", listener);
    emitter.off("ping", listener);
    emitter.emit("ping", { n: 1 });
    expect(got).toEqual([]);
  });

  it("of one event can be taken off before it came", () => {
    const emitter = new Emitter<Events>();
    const got: number[] = [];
    const listener = ({ n }: Events["ping"]): void => void got.push(n);
    emitter.once("ping", listener);
    emitter.off("ping", listener);
    emitter.emit("ping", { n: 1 });
    expect(got).toEqual([]);
  });
});

describe("a listener that throws", () => {
  it("keeps nobody else from listening", () => {
    const emitter = new Emitter<Events>();
    const got: number[] = [];
    emitter.on("ping", () => {
      throw new Error("mine");
    });
    emitter.on("ping", ({ n }) => got.push(n));
    emitter.emit("ping", { n: 1 });
    expect(got).toEqual([1]);
  });

  it.each([
    [
      "at once",
      (): void => {
        throw new Error("mine");
      },
    ],
    ["later", (): Promise<never> => Promise.reject(new Error("mine"))],
  ])("gives the process a warning when it throws %s", async (_, listener) => {
    const emitter = new Emitter<Events>();
    emitter.on("ping", listener);
    const warned = once(process, "warning");
    emitter.emit("ping", { n: 1 });
    const [warning] = (await warned) as [Error];
    expect(warning).toMatchObject({ name: "ModelRouterWarning", message: 'A listener of "ping" threw: Error: mine' });
  });
});

it("takes more than ten listeners without a word", () => {
  const emitter = new Emitter<Events>();
  let count = 0;
  for (let added = 0; added < 50; added += 1) emitter.on("ping", () => void (count += 1));
  emitter.emit("ping", { n: 1 });
  expect(count).toBe(50);
});

describe("an emitter with a prefix", () => {
  it("publishes each event on the diagnostics channel of that name", () => {
    const emitter = new Emitter<Events>("test-emitter");
    const got: unknown[] = [];
    const listener = (payload: unknown): void => void got.push(payload);
    subscribe("test-emitter:ping", listener);
    emitter.emit("ping", { n: 1 });
    unsubscribe("test-emitter:ping", listener);
    emitter.emit("ping", { n: 2 });
    expect(got).toEqual([{ n: 1 }]);
  });
});
