import type { AttemptRecord, RouteRecord } from "../../src/index.ts";
import type { Played, Told } from "./play.ts";
import type { Violation } from "./properties.ts";

/** Everything that was told, a line each. Ids are numbered in the order in which they appear: they differ from run to run. */
export function wholeLogOf({ told }: Pick<Played, "told">): string[] {
  const numbers = new Map<string, number>();
  const numbered = (text: string): string =>
    text.replaceAll(uuid, (id) => {
      if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
      return `#${numbers.get(id)}`;
    });
  return told.map(({ atMs, name, payload }) => numbered(`${stamp(atMs)} ${name} ${JSON.stringify(payload)}`));
}

const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;
const mostLines = 60;

/** The lines that a violation is about: those of its call, or the latest of its target; else the latest of all. */
export function logOf(played: Played, { call, target }: Violation): string[] {
  const requests = requestsOf(played, call);
  const isAbout = ({ payload }: Told): boolean => {
    if (requests.size > 0) return requests.has(String((payload as { requestId?: string }).requestId));
    return target === undefined || targetOf(payload) === target;
  };
  const lines = wholeLogOf({ told: played.told.filter(isAbout) }).slice(-mostLines);
  return [...planOf(played, call), ...lines];
}

function requestsOf({ records }: Played, call: string | undefined): ReadonlySet<string> {
  if (call === undefined) return new Set();
  const isOfCall = ({ tags }: RouteRecord): boolean => tags["call"] === call;
  return new Set(records.filter(isOfCall).map(({ requestId }) => requestId));
}

function targetOf(payload: Told["payload"]): string | undefined {
  const { target, attempt } = payload as { target?: string; attempt?: AttemptRecord };
  return target ?? attempt?.target;
}

function planOf({ ends, schedule }: Played, call: string | undefined): string[] {
  const end = ends.find((one) => one.call === call);
  if (end === undefined) return [];
  const outages = schedule.outages.filter(({ fromMs, untilMs }) => fromMs <= end.endedMs && untilMs >= end.startedMs);
  return [
    `the call: ${JSON.stringify(end.planned)}, ended ${end.how} at ${stamp(end.endedMs)}`,
    ...outages.map((outage) => `meanwhile: ${JSON.stringify(outage)}`),
  ];
}

function stamp(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
