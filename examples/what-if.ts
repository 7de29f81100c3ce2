// Before an outage: what would callers notice if the default model were down for twenty minutes? Plays an hour in a few seconds.
import { simulate, type SimulatedOutage } from "modelrouter/simulation";

const client = { baseURL: "https://global-apis.com/v1", apiKeyEnv: "GLOBAL_API_KEY" }; // the variable need not be set
const flash = "deepseek-ai/DeepSeek-V4-Flash";
const alone = { client, tiers: { cheap: [flash] } };
const withFallback = { client, tiers: { cheap: [flash, "Qwen/Qwen3-32B"] } };

const traffic = { hours: 1, callsPerSecond: 0.2 };
const outages: SimulatedOutage[] = [{ target: flash, from: "20m", for: "20m", kind: "down" }];

for (const [name, config] of Object.entries({ alone, withFallback })) {
  const { availability, latencyMs, costUsd, errors } = await simulate(config, traffic, outages);
  const percent = (availability * 100).toFixed(1);
  console.log(`${name}: ${percent} % answered, p99 ${latencyMs.p99} ms, $${costUsd.toFixed(2)}`, Object.keys(errors));
}
//=> alone: 64.9 % answered, p99 6734 ms, $0.08 [ 'APIConnectionError', 'all_targets_out' ]
//=> withFallback: 100.0 % answered, p99 6696 ms, $0.13 []

const { timeline } = await simulate(withFallback, traffic, outages);
for (const { minute, byTarget } of timeline.filter(({ minute: at }) => at >= 18 && at < 23))
  console.log(minute, byTarget);
//=> 18 { 'deepseek-ai/DeepSeek-V4-Flash': 13 }
//=> 19 { 'deepseek-ai/DeepSeek-V4-Flash': 16 }
//=> 20 { 'Qwen/Qwen3-32B': 8 }
//=> 21 { 'Qwen/Qwen3-32B': 11 }
//=> 22 { 'Qwen/Qwen3-32B': 9 }
