import type { SimulatedOutage, SimulatedTraffic, TargetSpeed } from "./options.ts";

/** What holds for traffic where nothing is said. */
export const simulatedTrafficDefaults = {
  model: "auto",
  tasks: {},
  streamShare: 0.5,
  promptTokens: [100, 900],
  completionTokens: [50, 350],
  speeds: {},
  seed: 1,
} satisfies Partial<SimulatedTraffic>;

/** The same for a target; `ttftP99Ms` is so many times `ttftP50Ms`. */
export const speedDefaults = { ttftP50Ms: 400, tokensPerSecond: 60 } satisfies TargetSpeed;
export const tailFactor = 4;

/** The same for an outage. */
export const simulatedOutageDefaults = { share: 1, factor: 10 } satisfies Partial<SimulatedOutage>;
