import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { globalApi, ModelRouter, priorityClassifier } from "modelrouter";
import { dashboard, forNode } from "modelrouter/dashboard";
import { type Ask, asks } from "./asks.ts";
import { outages } from "./outages.ts";
import { defaultModel, keys, startService } from "./service.ts";
import { traffic } from "./traffic.ts";

const atATime = 4;
const thinkMs = 450;

/** Shows the dashboard of a router whose calls never end and whose default model goes down every minute, until Ctrl-C. */
export async function showDashboard(): Promise<number> {
  await using service = await startService();
  const preset = globalApi({ standardKey: keys.standard, proKey: keys.pro, baseURL: service.url });
  await using router = new ModelRouter({
    ...preset,
    classifier: [priorityClassifier(), ...preset.classifier],
    tiers: {
      ...preset.tiers,
      premium: { targets: [...preset.tiers.premium], slo: { p95Ms: 800, availability: 0.99 } },
    },
    // An outage of seconds stands for one of minutes: these are shorter than one would set them.
    timeouts: { headersMs: 800, firstContentMs: 800 },
    breaker: { failureThreshold: 3, errorRate: 0.1, windowMs: 10_000, cooldownMs: 4_000 },
    budgets: { premium: { limitUsd: 0.05, per: "hour", tier: "premium", onSpent: "warn" } },
  });

  const board = dashboard(router, { authorise: isHere, title: "modelrouter demo", windowMs: 180_000 });
  const server = createServer(forNode(board));
  await once(server.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  console.log(`The dashboard is at ${url}`);
  console.log(`Every minute ${defaultModel} goes down for a while. Ctrl-C ends it.`);
  if (process.stdout.isTTY) openInBrowser(url);

  const ended = new AbortController();
  process.once("SIGINT", () => ended.abort()).once("SIGTERM", () => ended.abort());
  void outages(service, ended.signal);
  router.drill({ target: "Qwen/Qwen3-32B", for: "45s", share: 0.3 });
  await traffic(router, calls(ended.signal), { atATime, onDone: () => sleep(Math.random() * 2 * thinkMs) });
  await router.close();
  server.close();
  server.closeAllConnections();
  return 0;
}

// Whoever sits at this machine may look; a page of another site that goes by a name for the same address may not.
function isHere(request: Request): boolean {
  return new URL(request.url).hostname === "127.0.0.1";
}

const teams = ["search", "support", "billing"];

function* calls(ended: AbortSignal): Generator<Ask> {
  const round = asks(500);
  for (let at = 0; !ended.aborted; at += 1) {
    const ask = round[at % round.length] as Ask;
    yield { ...ask, hints: { ...ask.hints, tags: { team: teams[at % teams.length] as string } } };
  }
}

function openInBrowser(url: string): void {
  const program = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
  // Where there is no browser, the address was printed.
  spawn(program, [url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}
