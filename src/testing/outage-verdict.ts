import { replyOf, type SentRequest } from "./rehearsal-upstream.ts";
import type { Outcome, Scenario } from "./rehearsal.ts";
import { demandOf } from "./resilience-wall.ts";

/** What is known of the tier that a call is made to. */
export interface TierOutline {
  /** Ids of the targets that may serve the call while nothing is out, with the names of their clients. */
  readonly allowed: ReadonlyMap<string, string>;
  /** Client name → what belongs to it alone: keys, organisation, project. */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
}

/** What the caller gets, in words for the table. */
export function resultOf({ error, pieces, mended, record, waitMs }: Outcome): string {
  if (error === undefined) return `${record?.target ?? "an answer"}${mended === undefined ? "" : mendings[mended]}`;
  if (waitMs === Infinity) return "nothing";
  const { code, status } = error;
  const said = typeof code === "string" ? code : typeof status === "number" ? String(status) : "the provider's error";
  if (pieces.join("") !== "") return `the beginning, then ${said}`;
  return isRoutersOwn(error) ? `an error: ${said}` : `the provider's error: ${said}`;
}

const mendings = { restart: ", which begins anew", continue: ", which goes on" };

function isRoutersOwn(error: object): boolean {
  return "attempts" in error;
}

/** What is wrong with what came of a call, in words; nothing where all is well. */
export function faultsOf(outcome: Outcome, scenario: Scenario, outline: TierOutline): readonly string[] {
  return [
    ...unanswered(outcome, scenario, outline),
    ...wrongText(outcome),
    ...strayed(outcome.requests, outline),
    ...leaked(outcome.requests, outline),
  ];
}

function unanswered(outcome: Outcome, scenario: Scenario, { allowed }: TierOutline): readonly string[] {
  if (outcome.error === undefined) return [];
  const demand = demandOf(scenario.fault, scenario.stream);
  const struck = outcome.requests.some(({ target }) => scenario.out.has(target));
  if (struck && (demand.final || (demand.interrupts && outcome.pieces.join("") !== ""))) return [];
  const clientsOut = new Set([...scenario.out].map((id) => allowed.get(id)));
  const healthy = [...allowed].filter(
    ([id, client]) => !scenario.out.has(id) && !(demand.ofKey && clientsOut.has(client)),
  );
  // A good answer that is slow is ended by the clocks, if they say so.
  if (healthy.length === 0 || (scenario.fault === "trickle" && struck)) return [];
  return [`nobody answered, while ${healthy.map(([id]) => id).join(" and ")} could`];
}

// Each target has a text of its own: whatever is given out must be that of one, once, from its beginning. What another target
// goes on with, where it may, is the end of its.
function wrongText({ pieces, error, requests }: Outcome): readonly string[] {
  const replies = [...new Set(requests.map(({ target }) => replyOf(target)))];
  const isRight = pieces.every((piece, index) => {
    const isWhole = error === undefined && index === pieces.length - 1;
    return replies.some((reply) => fits(reply, piece, { isFirst: index === 0, isWhole }));
  });
  const text = pieces.join("");
  return isRight || (error !== undefined && text === "")
    ? []
    : [`the text is not that of one target: ${JSON.stringify(text)}`];
}

function fits(reply: string, piece: string, { isFirst, isWhole }: { isFirst: boolean; isWhole: boolean }): boolean {
  if (!isFirst) return isWhole ? piece !== "" && reply.endsWith(piece) : reply.includes(piece);
  return isWhole ? reply === piece : reply.startsWith(piece);
}

function strayed(requests: readonly SentRequest[], { allowed }: TierOutline): readonly string[] {
  const others = new Set(requests.map(({ target }) => target).filter((target) => !allowed.has(target)));
  return [...others].map((target) => `${target === "" ? "something" : target} was called, which may not serve`);
}

function leaked(requests: readonly SentRequest[], { secrets }: TierOutline): readonly string[] {
  const found = requests.flatMap(({ client, headers, query, rawBody }) => {
    // Whole words: one key may be the beginning of another.
    const words = new Set(JSON.stringify([headers, query, rawBody]).split(/[^\w.+/=~-]+/));
    const foreign = [...secrets].filter(
      ([name, values]) => name !== client && values.some((value) => words.has(value)),
    );
    return foreign.map(([name]) => `a request of the client "${client}" carried a credential of "${name}"`);
  });
  return [...new Set(found)];
}
