import type { ProviderCount, RunCount } from "./counts.ts";

/** What was found of one part of the promise. */
export interface Finding {
  readonly what: string;
  readonly value: string;
  /** What is wrong; none when it holds. */
  readonly faults: readonly string[];
}

/** What happened, on both sides of the wire and around them. */
export interface Soaked {
  readonly run: RunCount;
  readonly provider: ProviderCount;
  /** From the end of `close()` to the end of the process. */
  readonly endedAfterMs: number;
  readonly exitCode: number | null;
}

/** How much the heap may have grown in the second half of the calls. In the first, windows fill and V8 compiles. */
const heapGrowthMb = 2;
const endMs = 1_000;
/** Sums of 200,000 floating-point numbers, in another order. */
const nearUsd = 1e-6;

/** Holds each part of the promise against what happened. */
export function findingsOf(soaked: Soaked): readonly Finding[] {
  return [typed, accounted, hits, cost, budgets, heap, leftovers, closing].map((look) => look(soaked));
}

function typed({ run }: Soaked): Finding {
  const given = run.answered + run.failed + run.aborted;
  return {
    what: "calls answered / failed with a typed error / aborted",
    value: `${whole(run.answered)} / ${whole(run.failed)} / ${whole(run.aborted)}`,
    faults: [
      ...run.untyped.map((error) => `an error of no type: ${error}`),
      ...run.garbled.map((text) => `an answer that no model gave: ${JSON.stringify(text)}`),
      ...unless(given === run.calls, `${run.calls} calls have ${given} ends`),
      ...unless(run.answered > run.calls / 2, "less than half of the calls were answered: the soak tests little"),
    ],
  };
}

function accounted({ run }: Soaked): Finding {
  const { answered, failed, aborted } = run.stats;
  const ends = answered + failed + aborted;
  const same = answered === run.answered && failed === run.failed && aborted === run.aborted;
  return {
    what: "calls = answers + errors = records",
    value: `${whole(run.stats.calls)} = ${whole(ends)}`,
    faults: [
      ...run.unbalanced,
      ...unless(
        run.stats.calls === run.calls && ends === run.calls,
        `stats() counts ${run.stats.calls}, and ${ends} ends`,
      ),
      ...unless(same, "stats() and the records count differently"),
      ...Object.entries(run.inFlight).flatMap(([id, left]) =>
        unless(left === 0, `${left} calls are in flight at ${id}`),
      ),
    ],
  };
}

// An attempt that was given up may not have been sent yet: of such a call the provider may count less, never more.
function hits({ run, provider }: Soaked): Finding {
  const odd = indexesOf(run.attempts, (attempts, call) => {
    const requests = provider.requests[call] ?? NaN;
    return run.givenUp[call] === 0 ? attempts !== requests : !(attempts >= requests);
  });
  const requests = sum(provider.requests);
  return {
    what: "attempts = requests that the provider counted",
    value: `${whole(sum(run.attempts))} = ${whole(requests)}, ${percent(provider.faults / requests)} faults`,
    faults: [
      ...odd
        .slice(0, 5)
        .map((call) => `call ${call}: ${run.attempts[call]} attempts, ${provider.requests[call]} requests`),
      ...unless(provider.failures === 0, `the provider failed by itself ${provider.failures} times`),
    ],
  };
}

// An attempt that was given up may have been answered in that moment: of such a call the provider may count more, never less.
function cost({ run, provider }: Soaked): Finding {
  const differences = run.reportedUsd.map((usd, call) => usd - (provider.costUsd[call] ?? 0));
  const odd = indexesOf(differences, (usd, call) => usd > 1e-12 || (usd < -1e-12 && run.givenUp[call] === 0));
  const known = (costs: Float64Array): number => sum(costs.map((usd, call) => (run.givenUp[call] === 1 ? 0 : usd)));
  const off = Math.abs(run.costsReportUsd - run.costUsd);
  return {
    what: "cost by records = the provider's tokens × price",
    value: `$${known(run.reportedUsd).toFixed(6)} = $${known(provider.costUsd).toFixed(6)}`,
    faults: [
      ...odd
        .slice(0, 5)
        .map((call) => `call ${call}: ${run.reportedUsd[call]} USD, the provider says ${provider.costUsd[call]}`),
      ...unless(off < nearUsd, `costs() says ${run.costsReportUsd} USD, the records ${run.costUsd}`),
    ],
  };
}

function budgets({ run }: Soaked): Finding {
  const of = (name: string): Partial<RunCount["budgets"][number]> =>
    run.budgets.find(({ budget }) => budget === name) ?? {};
  const { spentUsd = NaN } = of("everything");
  const { spentUsd: cappedUsd = NaN, limitUsd = NaN } = of("capped");
  const off = Math.abs(spentUsd - run.dueUsd);
  const over = cappedUsd - limitUsd;
  return {
    what: "budget for everything = what attempts cost",
    value: `$${spentUsd.toFixed(6)} = $${run.dueUsd.toFixed(6)}`,
    faults: [
      ...unless(off < nearUsd, `the budget counts ${spentUsd} USD, the attempts cost ${run.dueUsd}`),
      ...unless(over <= nearUsd, `the capped budget was passed by ${over} USD`),
      ...unless((run.errors["budget_spent"] ?? 0) > 0, "the capped budget refused nobody: the soak tests little"),
      ...run.budgets.flatMap(({ budget, heldUsd }) =>
        unless(heldUsd < nearUsd, `the budget ${budget} holds ${heldUsd} USD`),
      ),
    ],
  };
}

function heap({ run }: Soaked): Finding {
  const [, atHalf = NaN] = run.heapMb;
  const growth = (run.heapMb.at(-1) ?? NaN) - atHalf;
  return {
    what: "heap in MB after each quarter of the calls",
    value: run.heapMb.map((mb) => mb.toFixed(1)).join(", "),
    faults: unless(
      growth <= heapGrowthMb,
      `it grew by ${growth.toFixed(1)} MB in the second half, ${heapGrowthMb} are allowed`,
    ),
  };
}

function leftovers({ run, provider }: Soaked): Finding {
  const listeners = Object.entries(run.listeners).filter(([, left]) => left !== 0);
  return {
    what: "listeners, resources and sockets left",
    value: `${listeners.length}, ${run.resources.length}, ${provider.sockets}`,
    faults: [
      ...listeners.map(([where, left]) => `${left} listeners are left at ${where}`),
      ...unless(run.resources.length === 0, `these keep the process alive: ${run.resources.join(", ")}`),
      ...unless(
        provider.sockets === 0 && provider.inFlight === 0,
        `the provider has ${provider.sockets} sockets and ${provider.inFlight} requests left`,
      ),
    ],
  };
}

function closing({ run, endedAfterMs, exitCode }: Soaked): Finding {
  const ends = Object.entries(run.closing).filter(([code]) => code !== "answered" && code !== "router_closed");
  return {
    what: "the process ended after close()",
    value: `${Math.round(endedAfterMs)} ms`,
    faults: [
      ...unless(
        endedAfterMs <= endMs && exitCode === 0,
        `it took ${Math.round(endedAfterMs)} ms, and ended with ${exitCode}`,
      ),
      ...unless((run.closing["router_closed"] ?? 0) > 0, "no call was in flight when the router was closed"),
      ...ends.map(([code, count]) => `${count} calls in flight at close() ended with ${code}`),
    ],
  };
}

function unless(holds: boolean, fault: string): readonly string[] {
  return holds ? [] : [fault];
}

function sum(numbers: Iterable<number>): number {
  let all = 0;
  for (const number of numbers) all += number;
  return all;
}

function indexesOf(numbers: Uint8Array | Float64Array, isOne: (number: number, index: number) => boolean): number[] {
  const found: number[] = [];
  for (const [index, number] of numbers.entries()) if (isOne(number, index)) found.push(index);
  return found;
}

function whole(number: number): string {
  return number.toLocaleString("en");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
