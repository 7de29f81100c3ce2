import type { FaultName } from "../testing/fault-list.ts";

/** A number, or a range from which each call draws one, every number as likely as any other. */
export type Range = number | readonly [least: number, most: number];

/** A length of time: milliseconds, or text such as `90s`, `20m`, `1h30m`. */
export type TimeSpan = number | string;

/** The calls that are made. */
export interface SimulatedTraffic {
  /** How long calls are made, in virtual hours. */
  hours: number;
  /**
   * Calls a second on average; they come at random, as those of many callers do. A list is a profile: its rates follow one
   * another, each for the same part of the time.
   */
  callsPerSecond: number | readonly number[];
  /** What calls name as their model: `auto`, a tier, a target or an alias. @defaultValue "auto" */
  model?: string | undefined;
  /** Task → its share of the calls, 0–1; what is left has none. @defaultValue none */
  tasks?: Readonly<Record<string, number>> | undefined;
  /** Share of the calls that are streams, 0–1. @defaultValue 0.5 */
  streamShare?: number | undefined;
  /** Tokens of a prompt. @defaultValue [100, 900] */
  promptTokens?: Range | undefined;
  /** Tokens of an answer. @defaultValue [50, 350] */
  completionTokens?: Range | undefined;
  /** Target id, or `*` for all others → how fast it is. @defaultValue as in its own options */
  speeds?: Readonly<Record<string, TargetSpeed>> | undefined;
  /** Where all chance comes from: the same seed gives the same result. @defaultValue 1 */
  seed?: number | undefined;
}

/** How fast a target is when it is well. The time to the first token is spread log-normally. */
export interface TargetSpeed {
  /** Half of the answers begin within this time, in ms. @defaultValue 400 */
  ttftP50Ms?: number | undefined;
  /** 99 % of the answers begin within this time, in ms. @defaultValue 4 × `ttftP50Ms` */
  ttftP99Ms?: number | undefined;
  /** How fast tokens follow. @defaultValue 60 */
  tokensPerSecond?: number | undefined;
}

/** Something that goes wrong for a while: at a target, at all of a client or a region, or everywhere where none is named. */
export interface SimulatedOutage {
  /** Id of a target. @defaultValue every target */
  target?: string | undefined;
  /** Name of a client; `default` is the wrapped one. @defaultValue every client */
  client?: string | undefined;
  /** A region. @defaultValue every region */
  region?: string | undefined;
  /** When it begins, from the start. */
  from: TimeSpan;
  /** How long it lasts. */
  for: TimeSpan;
  /** `down`: connections are refused. `slow`: `factor` times slower. Or a fault of `modelrouter/testing` by its name, such as `rateLimited`. */
  kind: OutageKind;
  /** Share of the requests that it meets, 0–1. @defaultValue 1 */
  share?: number | undefined;
  /** How many times slower, for `slow`. @defaultValue 10 */
  factor?: number | undefined;
  /** When a refusal says to come back. @defaultValue it does not say */
  retryAfter?: TimeSpan | undefined;
}

/** What can go wrong. */
export type OutageKind = "down" | "slow" | FaultName;
