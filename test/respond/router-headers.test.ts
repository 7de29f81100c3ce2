import { describe, expect, it } from "vitest";
import type { RouteRecord } from "../../src/index.ts";
import { routerHeaders } from "../../src/respond/router-headers.ts";

const record: RouteRecord = {
  requestId: "r1",
  endpoint: "chat",
  target: "a",
  model: "a",
  tier: "main",
  reason: "",
  decidedBy: "model",
  confidence: 1,
  task: undefined,
  tags: {},
  stream: false,
  attempts: [],
  fellBack: false,
  usage: undefined,
  costUsd: undefined,
  savedUsd: undefined,
  durationMs: undefined,
  ttftMs: undefined,
  startedAt: 0,
  outcome: "answered",
};

describe("the router's headers", () => {
  it("are added to the provider's", () => {
    const headers = routerHeaders(new Headers({ "x-request-id": "p1" }), record, 2);
    expect(Object.fromEntries(headers)).toEqual({
      "x-request-id": "p1",
      "x-router-request-id": "r1",
      "x-router-tier": "main",
      "x-router-target": "a",
      "x-router-attempts": "2",
    });
  });

  it("leave the provider's own as they were", () => {
    const original = new Headers();
    routerHeaders(original, record, 1);
    expect([...original]).toEqual([]);
  });

  it("replace what a provider says in their name", () => {
    const headers = routerHeaders(new Headers({ "x-router-target": "forged" }), record, 1);
    expect(headers.get("x-router-target")).toBe("a");
  });

  it("say what the call cost where that is known, nothing included", () => {
    expect(routerHeaders(new Headers(), { ...record, costUsd: 0 }, 1).get("x-router-cost-usd")).toBe("0");
  });

  it("say that the call fell back where it did", () => {
    expect(routerHeaders(new Headers(), { ...record, fellBack: true }, 1).get("x-router-fell-back")).toBe("true");
  });

  it.each(["größe", "模型", "line\nbreak", "emoji 🧭"])("take the name %j, which no header can hold", (name) => {
    const headers = routerHeaders(new Headers(), { ...record, target: name, tier: name }, 1);
    expect(decodeURIComponent(headers.get("x-router-target") ?? "")).toBe(name);
    expect(decodeURIComponent(headers.get("x-router-tier") ?? "")).toBe(name);
  });
});
