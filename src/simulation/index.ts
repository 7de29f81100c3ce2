/**
 * What would happen: traffic against a configuration while targets fail as planned, hours of it in seconds.
 *
 * @module
 */
export type { OutageKind, Range, SimulatedOutage, SimulatedTraffic, TargetSpeed, TimeSpan } from "./options.ts";
export type { Minute, Percentiles, Simulation, TargetResult, TierResult } from "./result.ts";
export { simulate } from "./simulate.ts";
