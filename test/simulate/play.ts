import OpenAI from "openai";
import {
  ModelRouter,
  type RouteRecord,
  type RouterEventName,
  type RouterEvents,
  type RouterHealth,
} from "../../src/index.ts";
import type { VirtualTime } from "../../src/simulation/virtual-time.ts";
import { eventNames } from "../requests/event-names.ts";
import { ledgerStore, type LedgerStore } from "../requests/ledger-store.ts";
import { Callers, type CallEnd } from "./caller.ts";
import { Draw } from "./draw.ts";
import { scheduleOf, type PlannedCall, type Schedule } from "./schedule.ts";
import { World, type Hit } from "./world.ts";

/** Something that happened. */
export interface Told {
  readonly atMs: number;
  readonly name: RouterEventName;
  readonly payload: RouterEvents[RouterEventName];
}

/** What came of a schedule. */
export interface Played {
  readonly schedule: Schedule;
  readonly told: readonly Told[];
  readonly hits: readonly Hit[];
  readonly ends: readonly CallEnd[];
  readonly made: number;
  readonly settled: ReadonlyMap<string, number>;
  readonly records: readonly RouteRecord[];
  readonly stats: {
    readonly calls: number;
    readonly answered: number;
    readonly failed: number;
    readonly aborted: number;
  };
  readonly waiting: number;
  readonly costUsd: number;
  readonly budgets: readonly {
    readonly budget: string;
    readonly limitUsd: number;
    readonly spentUsd: number;
    readonly heldUsd: number;
  }[];
  readonly health: RouterHealth;
  readonly holds: LedgerStore["holds"];
  /** Ends of the calls that were made when all was well again: one to each target. */
  readonly recovered: readonly {
    readonly target: string;
    readonly end: CallEnd | undefined;
    readonly record: RouteRecord | undefined;
  }[];
  /** Timers that are left when the router is closed. */
  readonly timersLeft: number;
  /** Virtual time that it took. */
  readonly elapsedMs: number;
}

/** How long a call may go on after everything is over: longer than any clock that a schedule sets. */
const patienceMs = 2 * 3_600_000;
/** Longer than any cooldown or rest. */
const recoveryMs = 10 * 60_000;

/** Plays the schedule of a seed: hours of traffic against failing targets, and after all outages a call to each target. */
export async function play(seed: number, time: VirtualTime): Promise<Played> {
  time.restart(seed);
  const schedule = scheduleOf(seed);
  const draw = new Draw(seed + 2_000_003);
  const world = new World(schedule, time);
  const store = ledgerStore(draw.chance(0.3) ? () => draw.next() * 30 : undefined);
  const router = routerOf(schedule, world, store);
  const told: Told[] = [];
  const records: RouteRecord[] = [];
  for (const name of eventNames) router.on(name, (payload) => told.push({ atMs: time.elapsedMs, name, payload }));
  router.on("request:end", ({ record }) => records.push(record));

  const callers = new Callers(router, time);
  let started = 0;
  for (const planned of schedule.calls) {
    setTimeout(() => {
      started += 1;
      callers.make(planned);
    }, planned.atMs);
  }
  await time.pass(() => started === schedule.calls.length && callers.allEnded, schedule.endMs + patienceMs);

  world.healthy = true;
  await wait(time, Math.max(0, schedule.endMs - time.elapsedMs) + recoveryMs);
  const targets = Object.keys(schedule.options.targets ?? {});
  for (const [at, target] of targets.entries()) {
    callers.make(callTo(target, 1_000_000 + at, time.elapsedMs));
    await wait(time, 2 * 60_000);
  }
  const { calls, answered, failed, aborted, waits } = router.stats();
  const health = router.health();
  const costUsd = router.costs().total.costUsd;
  const budgets = await settled(time, router.budgets());
  await settled(time, router.close());
  // What looks at its work now and then finds out that there is none left.
  await time.pass(() => false, time.elapsedMs + 1_000);
  return {
    schedule,
    told,
    hits: world.hits,
    ends: callers.ends,
    made: callers.made,
    settled: callers.settled,
    records,
    stats: { calls, answered, failed, aborted },
    waiting: waits.waiting,
    costUsd,
    budgets,
    health,
    holds: store.holds,
    recovered: targets.map((target, at) => {
      const call = String(1_000_000 + at);
      const isOfCall = (record: RouteRecord): boolean => record.tags["call"] === call;
      return { target, end: callers.ends.find((end) => end.call === call), record: records.find(isOfCall) };
    }),
    timersLeft: time.timers,
    elapsedMs: time.elapsedMs,
  };
}

function routerOf({ hosts, options }: Schedule, world: World, store: LedgerStore): ModelRouter {
  const clients = Object.fromEntries(
    hosts.map(({ client, name, keys: [apiKey = ""] }) => {
      return [client, new OpenAI({ baseURL: `https://${name}/v1`, apiKey, fetch: world.fetch })] as const;
    }),
  );
  const { default: client, ...others } = clients;
  const several = hosts.filter(({ keys }) => keys.length > 1).map(({ client: name, keys }) => [name, keys] as const);
  return new ModelRouter({
    ...options,
    client: client as OpenAI,
    clients: others,
    keys: Object.fromEntries(several),
    store,
  });
}

function callTo(model: string, id: number, atMs: number): PlannedCall {
  const plain = { deadlineMs: undefined, abortMs: undefined, leaveAfter: undefined, withinMs: undefined };
  return { ...plain, id, atMs, model, stream: false, words: 2, maxTokens: 20, batchOf: undefined, priority: undefined };
}

async function wait(time: VirtualTime, ms: number): Promise<void> {
  let over = false;
  setTimeout(() => {
    over = true;
  }, ms);
  await time.pass(() => over);
}

async function settled<T>(time: VirtualTime, promise: Promise<T>): Promise<T> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  promise.then(end, end);
  if (!(await time.pass(() => over))) throw new Error("Something is waited for that nothing can bring about.");
  return promise;
}
