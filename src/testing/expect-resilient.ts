import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { Hints } from "../glossary.ts";
import type { ModelRouter } from "../router.ts";
import type { FaultName } from "./fault-list.ts";
import { scenariosOf } from "./outage-scenarios.ts";
import { outageTable } from "./outage-table.ts";
import { faultsOf, resultOf, type TierOutline } from "./outage-verdict.ts";
import { isDoubtful, maxLooks, rehearse, type Outcome, type Scenario } from "./rehearsal.ts";
import { RehearsalUpstream } from "./rehearsal-upstream.ts";
import { copyOf, rehearsedOf, secretsOf, type Rehearsed } from "./rehearsed-router.ts";
import { demandOf, resilienceWall, type OutageScope, type ResilienceWall } from "./resilience-wall.ts";

/** Options of {@link expectResilient}. */
export interface ExpectResilientOptions {
  /** Only these tiers. @defaultValue all */
  tiers?: readonly string[] | undefined;
  /** Hints of every call, such as the tags of a tenant whose data stays in a region. @defaultValue none */
  hints?: Hints | undefined;
  /**
   * What must not keep a call from being answered, also where the configuration has nothing else that could serve: `target` that
   * one is out, `client` all that one client serves, `region` all of one region. Of a fault of a key, the client.
   * @defaultValue none: what nobody could have answered is shown, and no failure
   */
  mustSurvive?: readonly Exclude<OutageScope, "everything">[] | undefined;
  /** The longest a caller may be kept waiting for what he gets, in ms, by the clocks of the router. @defaultValue Infinity */
  maxWaitMs?: number | undefined;
  /** Where the table goes. @defaultValue to the standard output */
  print?: ((table: string) => void) | undefined;
}

/** One call of a rehearsal, and what came of it. */
export interface RehearsedCall {
  /** Name of the tier that was called. */
  readonly tier: string;
  /** What is out, in words. */
  readonly what: string;
  /** How it is out. */
  readonly fault: FaultName;
  /** Whether the call asked for a stream. */
  readonly stream: boolean;
  /** Id of the target that answered; undefined when the caller got an error. */
  readonly target: string | undefined;
  /** What the caller got, in words. */
  readonly result: string;
  /** How long clocks would keep the caller waiting, in ms: 0 when none has to pass, `Infinity` when none ends the wait. */
  readonly waitMs: number;
  /** What is wrong with it, in words. */
  readonly problems: readonly string[];
}

/** What {@link expectResilient} found. */
export interface ResilienceReport {
  /** Each call that was rehearsed. */
  readonly calls: readonly RehearsedCall[];
  /** The same as a table in text. */
  readonly table: string;
}

/**
 * Rehearses outages with a router's own configuration: each fault of the wall at each of its targets, at all that one client or
 * one region serves, and at everything, for a call in one piece and a stream in each tier. Prints what the caller would get.
 *
 * Nothing is sent: a copy of the router, with a memory of its own, calls providers that are played inside the process, and where
 * clocks decide they run shortened. Classifiers, checks of answers and the store are left out.
 * @throws AssertionError with the table, when a call was not answered that another target could have answered, when the text was
 * not that of one target from its beginning, when a target was called that may not serve, or a credential reached another client
 */
export async function expectResilient(
  router: Pick<ModelRouter, "explain">,
  wall: ResilienceWall = resilienceWall,
  options: ExpectResilientOptions = {},
): Promise<ResilienceReport> {
  const { hints = {}, print = (table) => void process.stdout.write(`${table}\n`) } = options;
  const rehearsed = rehearsedOf(router, hints);
  const tiers = options.tiers ?? [...rehearsed.config.tiers.keys()];
  const chains = new Map<string, readonly string[]>();
  const rehearsals: Rehearsal[] = [];
  for (const tier of tiers) {
    const outline = await outlineOf(rehearsed, tier);
    chains.set(tier, [...outline.allowed.keys()]);
    const targets = (rehearsed.config.tiers.get(tier)?.targets ?? []).filter(({ id }) => outline.allowed.has(id));
    rehearsals.push(...scenariosOf(tier, targets, wall).map((scenario) => ({ rehearsed, scenario, outline })));
  }
  const calls = (await outcomesOf(rehearsals)).map((outcome, index) =>
    callOf(rehearsals[index] as Rehearsal, outcome, options),
  );
  const report = { calls, table: outageTable(calls, chains) };
  print(report.table);
  const problems = calls.flatMap((call) => call.problems.map((problem) => `${titleOf(call)}: ${problem}`));
  assert.ok(problems.length === 0, `${report.table}\n\nNot resilient:\n- ${problems.join("\n- ")}`);
  return report;
}

interface Rehearsal {
  readonly rehearsed: Rehearsed;
  readonly scenario: Scenario;
  readonly outline: TierOutline;
}

async function outcomesOf(rehearsals: readonly Rehearsal[]): Promise<readonly Outcome[]> {
  const outcomes = await inParallel(
    rehearsals.map(
      ({ rehearsed, scenario }) =>
        () =>
          rehearse(rehearsed, scenario, 1),
    ),
  );
  const settled: Outcome[] = [];
  for (const [index, rehearsal] of rehearsals.entries())
    settled.push(await again(rehearsal, outcomes[index] as Outcome));
  return settled;
}

// On a busy machine a short clock may pass where a long one would not: that is looked at again, alone and with longer ones.
async function again({ rehearsed, scenario, outline }: Rehearsal, first: Outcome): Promise<Outcome> {
  let outcome = first;
  for (let look = 2; look <= maxLooks; look += 1) {
    const isTimed = demandOf(scenario.fault, scenario.stream).timed;
    const isBad = isTimed && outcome.waitMs !== Infinity && faultsOf(outcome, scenario, outline).length > 0;
    if (!isBad && !isDoubtful(outcome, scenario, look - 1)) break;
    outcome = await rehearse(rehearsed, scenario, look);
  }
  return outcome;
}

function callOf({ scenario, outline }: Rehearsal, outcome: Outcome, options: ExpectResilientOptions): RehearsedCall {
  const { tier, what, fault, stream } = scenario;
  const { error, record, waitMs } = outcome;
  const target = error === undefined ? record?.target : undefined;
  const problems = [...faultsOf(outcome, scenario, outline), ...beyondOptions(outcome, scenario, options)];
  return { tier, what, fault, stream, target, result: resultOf(outcome), waitMs, problems };
}

function beyondOptions(
  { error, pieces, waitMs }: Outcome,
  { scopes, what, fault, stream }: Scenario,
  { mustSurvive = [], maxWaitMs = Infinity }: ExpectResilientOptions,
): readonly string[] {
  const late = waitMs > maxWaitMs ? [`the caller waits ${waitMs} ms, more than maxWaitMs (${maxWaitMs} ms)`] : [];
  const { final, interrupts, ofKey } = demandOf(fault, stream);
  const strikes = scopes.filter((scope) => scope !== "everything" && !(ofKey && scope === "target"));
  const must = strikes.some((scope) => mustSurvive.some((one) => one === scope));
  if (error === undefined || !must || final || (interrupts && pieces.join("") !== "")) return late;
  return [...late, `nobody answered, and the tier has nothing that could while ${what} is out`];
}

async function outlineOf(rehearsed: Rehearsed, tier: string): Promise<TierOutline> {
  await using copy = copyOf(rehearsed, new RehearsalUpstream(new Map()));
  const { targets } = await copy.explain({ model: tier, messages: [] }, { hints: rehearsed.hints });
  return { allowed: new Map(targets.map(({ target, client }) => [target, client])), secrets: secretsOf(rehearsed) };
}

function titleOf({ tier, what, fault, stream }: RehearsedCall): string {
  return `tier ${tier}, ${what} out by ${fault}, ${stream ? "a stream" : "a call"}`;
}

const atOnce = 16;

async function inParallel<T>(calls: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const results: T[] = [];
  const left = calls.entries();
  const worker = async (): Promise<void> => {
    for (const [index, call] of left) {
      // Calls inside the process wait for nothing outside it: without a turn of the event loop no timer would ever ring.
      await turn();
      results[index] = await call();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
