/**
 * A few hundred calls through the router, with an outage of the default model half-way. The service is simulated on this
 * machine; all figures are measured in the run. `--live` makes a few calls on the real service instead, and `--dashboard` shows the
 * dashboard of such a router in the browser, until it is ended.
 */
import { globalApi, ModelRouter, priorityClassifier } from "modelrouter";
import { asks } from "./asks.ts";
import { showDashboard } from "./dashboard.ts";
import { live } from "./live.ts";
import { outage } from "./outage.ts";
import { progress } from "./progress.ts";
import { report } from "./report.ts";
import { keys, startService } from "./service.ts";
import { traffic } from "./traffic.ts";
import { Watch } from "./watch.ts";

const calls = 500;
const atATime = 8;

/** Gives the number of errors that reached the caller. */
async function simulated(): Promise<number> {
  await using service = await startService();
  const preset = globalApi({ standardKey: keys.standard, proKey: keys.pro, baseURL: service.url });
  await using router = new ModelRouter({
    ...preset,
    classifier: [priorityClassifier(), ...preset.classifier],
    // An outage of seconds stands for one of minutes: these are shorter than one would set them.
    timeouts: { headersMs: 800, firstContentMs: 800 },
    breaker: { failureThreshold: 3, errorRate: 0.1, windowMs: 2_000, cooldownMs: 300 },
  });

  console.log(`${calls} calls, ${atATime} at a time, to a simulated service at ${service.url}`);
  const bar = progress(calls);
  const watch = new Watch(router, (what) => bar.say(what));
  const goOn = outage(service, calls, (what) => watch.note("service", what));
  const startedAt = performance.now();
  const errors = await traffic(router, asks(calls).values(), {
    atATime,
    onDone(done) {
      bar.update(done);
      goOn(done);
    },
  });
  const durationMs = performance.now() - startedAt;
  bar.stop();
  report({ watch, stats: router.stats(), tiers: preset.tiers, errors, durationMs });
  return errors.length;
}

async function chosen(): Promise<number> {
  if (process.argv.includes("--dashboard")) return showDashboard();
  return process.argv.includes("--live") ? live() : simulated();
}

const failures = await chosen();
process.exitCode = failures === 0 ? 0 : 1;
