import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { RouteRecord } from "../../src/index.ts";
import { aRecord, anAttempt } from "./a-record.ts";
import { overlaid } from "../../src/respond/overlaid-headers.ts";
import { routerHeaders, withRouterHeaders } from "../../src/respond/router-headers.ts";

const ways = [
  ["in a copy", withRouterHeaders],
  ["laid over the original", overlaid],
] as const;

describe.each(ways)("the router's headers, %s,", (_, add) => {
  const withHeaders = (
    init: ConstructorParameters<typeof Headers>[0] = {},
    changes: Partial<RouteRecord> = {},
  ): Headers => add(new Headers(init), routerHeaders({ ...aRecord, ...changes }));

  it("are added to the provider's", () => {
    expect(Object.fromEntries(withHeaders({ "x-request-id": "p1" }, { attempts: [anAttempt, anAttempt] }))).toEqual({
      "x-request-id": "p1",
      "x-router-request-id": "r1",
      "x-router-tier": "main",
      "x-router-target": "a",
      "x-router-attempts": "2",
    });
  });

  it("count the attempt that still gives out a stream", () => {
    expect(withHeaders({}, { outcome: "pending", attempts: [] }).get("x-router-attempts")).toBe("1");
  });

  it("come in their place in the order of names", () => {
    const names = ["x-aa", "x-routed", "x-router", "x-router-other", "x-zz"].map((name) => [name, "1"] as const);
    const headers = withHeaders(Object.fromEntries(names));
    const all = [...headers].map(([name]) => name);
    expect(all).toEqual(all.toSorted());
    expect([...headers.keys()]).toEqual(all);
  });

  it("replace what a provider says in their name", () => {
    const headers = withHeaders({ "x-router-target": "forged" });
    expect(headers.get("x-router-target")).toBe("a");
    expect([...headers].filter(([name]) => name === "x-router-target")).toEqual([["x-router-target", "a"]]);
  });

  it("are found whatever the case of their names", () => {
    expect(withHeaders().get("X-Router-Tier")).toBe("main");
  });

  it("say what the call cost where that is known, nothing included", () => {
    expect(withHeaders({}, { costUsd: 0 }).get("x-router-cost-usd")).toBe("0");
    expect(withHeaders().has("x-router-cost-usd")).toBe(false);
  });

  it("say that the call fell back where it did", () => {
    expect(withHeaders({}, { fellBack: true }).get("x-router-fell-back")).toBe("true");
  });

  it.each(["größe", "模型", "line\nbreak", "emoji 🧭"])("take the name %j, which no header can hold", (name) => {
    const headers = withHeaders({}, { target: name, tier: name });
    expect(decodeURIComponent(headers.get("x-router-target") ?? "")).toBe(name);
    expect(decodeURIComponent(headers.get("x-router-tier") ?? "")).toBe(name);
  });

  it("make Headers that are like any other", () => {
    const headers = withHeaders([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["x-own", "1"],
    ]);
    expect(headers).toBeInstanceOf(Headers);
    expect(new Headers(headers).get("x-router-tier")).toBe("main");
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect([headers.get("nowhere"), headers.get("x-router-nowhere"), headers.get("constructor")]).toEqual(
      Array.from({ length: 3 }, () => null),
    );
    headers.set("x-router-tier", "changed");
    headers.append("x-own", "2");
    headers.delete("x-router-target");
    expect([headers.get("x-router-tier"), headers.get("x-own"), headers.has("x-router-target")]).toEqual([
      "changed",
      "1, 2",
      false,
    ]);
    expect(inspect(headers)).toContain("'x-router-tier': 'changed'");
  });
});

it("leaves the original as it was when it makes a copy", () => {
  const original = new Headers();
  withRouterHeaders(original, routerHeaders(aRecord));
  expect([...original]).toEqual([]);
});
