import { useState } from "preact/hooks";
import type { Tone } from "../shown.ts";
import type { ShownRequest } from "../shown-request.ts";
import { count, ms, time, usd } from "./format.ts";
import { Sign } from "./icons.tsx";
import { Card, Choice, Empty, Table, TargetName } from "./pieces.tsx";

type Filter = "all" | "failed" | "helped";

const filters = [
  ["all", "all"],
  ["failed", "failed"],
  ["helped", "retried or fell back"],
] as const;

const heads = [
  { text: "Time" },
  { text: "Outcome" },
  { text: "Tier", kind: "wide" },
  { text: "Target" },
  { text: "Why this tier", kind: "wide" },
  { text: "Attempts", kind: "num wide" },
  { text: "Took", kind: "num" },
  { text: "First token", kind: "num wide" },
  { text: "Cost", kind: "num wide" },
];

/** So many rows stand there at first. */
const usualRows = 25;

/** The last decisions, with their reasons. */
export function Requests({ requests, onOpen }: RequestsProps) {
  const [filter, setFilter] = useState<Filter>("all");
  const [text, setText] = useState("");
  const found = requests.filter((request) => passes(request, filter) && mentions(request, text.trim().toLowerCase()));
  const tools = (
    <>
      <Choice label="Which requests" value={filter} options={filters} onChoose={(value) => setFilter(value)} />
      <input
        type="search"
        aria-label="Find requests by target, task, tag, reason or id"
        placeholder="find"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </>
  );
  return (
    <Card id="requests" title="Last requests" note="open one for its attempts" tools={tools}>
      {requests.length === 0 ? (
        <Empty>Once a call has ended it stands here: where it went, why, how long it took and what it cost.</Empty>
      ) : found.length === 0 ? (
        <Empty>None of the latest requests is like that.</Empty>
      ) : (
        <Rows requests={found} onOpen={onOpen} />
      )}
    </Card>
  );
}

interface RequestsProps {
  /** Latest first. */
  readonly requests: readonly ShownRequest[];
  onOpen(id: string): void;
}

function Rows({ requests, onOpen }: RequestsProps) {
  const [all, setAll] = useState(false);
  const shown = all ? requests : requests.slice(0, usualRows);
  return (
    <>
      <Table label="Last requests" heads={heads}>
        {shown.map((request) => (
          <Row key={request.id} request={request} onOpen={onOpen} />
        ))}
      </Table>
      {requests.length > shown.length ? (
        <button type="button" class="more" onClick={() => setAll(true)}>
          show all {count(requests.length)}
        </button>
      ) : null}
    </>
  );
}

function Row({ request, onOpen }: { readonly request: ShownRequest; onOpen(id: string): void }) {
  const { id, at, tier, target, reason, decidedBy, attempts, durationMs, ttftMs, costUsd } = request;
  const { tone, text } = outcomeOf(request);
  return (
    <tr class="opens" onClick={() => onOpen(id)}>
      <td>
        <button
          type="button"
          class="plain"
          aria-label={`Open the request of ${time(at)}: ${text}`}
          onClick={() => onOpen(id)}
        >
          {time(at)}
        </button>
      </td>
      <td class={`state ${tone}`}>
        <Sign tone={tone} /> {text}
      </td>
      <td class="wide">{tier}</td>
      <td>{target === undefined ? "–" : <TargetName id={target} />}</td>
      <td class="why wide">
        <span class="quiet">{decidedBy}</span> {reason}
      </td>
      <td class="num wide">{count(attempts)}</td>
      <td class="num">{ms(durationMs)}</td>
      <td class="num wide">{ms(ttftMs)}</td>
      <td class="num wide">{costUsd === undefined ? "unknown" : usd(costUsd)}</td>
    </tr>
  );
}

/** What became of a request, in a word or two. */
export function outcomeOf({ outcome, fellBack, hedged, attempts, failure }: ShownRequest): {
  tone: Tone;
  text: string;
} {
  if (outcome === "failed") return { tone: "bad", text: failure ?? "refused" };
  if (outcome === "aborted") return { tone: "info", text: "caller gave up" };
  if (outcome === "pending") return { tone: "info", text: "in flight" };
  if (fellBack) return { tone: "warn", text: "fell back" };
  if (hedged) return { tone: "info", text: "hedged" };
  return attempts > 1 ? { tone: "warn", text: "retried" } : { tone: "good", text: "answered" };
}

function passes(request: ShownRequest, filter: Filter): boolean {
  if (filter === "failed") return request.outcome === "failed";
  return filter === "all" || request.attempts > 1 || request.fellBack;
}

function mentions({ id, target, tier, task, reason, decidedBy, failure, tags }: ShownRequest, text: string): boolean {
  if (text === "") return true;
  const words = [id, target, tier, task, reason, decidedBy, failure, ...Object.entries(tags).flat()];
  return words.some((word) => word?.toLowerCase().includes(text));
}
