import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ShownDetail } from "../shown-request.ts";
import { count, dayAndTime, ms, percent, usd } from "./format.ts";
import { Sign } from "./icons.tsx";
import { TargetName } from "./pieces.tsx";
import { outcomeOf } from "./requests.tsx";
import { Timeline } from "./timeline.tsx";

type Loaded = { readonly detail: ShownDetail } | { readonly fault: string } | undefined;

/** A request that was opened. It is a dialog of the browser's own: Escape closes it, and the keyboard stays within. */
export function RequestDialog({ id, onClose }: { readonly id: string; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const loaded = useDetail(id);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const outside = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="opened" onClose={onClose} onClick={outside}>
      <div class="inside">
        <header>
          <h2 id="opened">Request</h2>
          <code>{id}</code>
          <button type="button" class="tool" onClick={onClose}>
            Close
          </button>
        </header>
        {loaded === undefined ? (
          <p class="empty">Loading…</p>
        ) : "fault" in loaded ? (
          <p class="empty">{loaded.fault}</p>
        ) : (
          <Detail detail={loaded.detail} />
        )}
      </div>
    </dialog>
  );
}

function useDetail(id: string): Loaded {
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    const gone = new AbortController();
    setLoaded(undefined);
    load(id, gone.signal).then(setLoaded, (error: unknown) => {
      if (!gone.signal.aborted) setLoaded({ fault: `It could not be loaded: ${String(error)}` });
    });
    return () => gone.abort();
  }, [id]);
  return loaded;
}

async function load(id: string, signal: AbortSignal): Promise<Loaded> {
  const response = await fetch(`request?id=${encodeURIComponent(id)}`, { signal });
  if (!response.ok) return { fault: (await response.text()).trim() };
  return { detail: (await response.json()) as ShownDetail };
}

function Detail({ detail }: { readonly detail: ShownDetail }) {
  const { tone, text } = outcomeOf(detail);
  return (
    <>
      <p class="verdict">
        <Sign tone={tone} />
        <b class={tone}>{text}</b>
        <span class="note">{dayAndTime(detail.at)}</span>
      </p>
      <Facts detail={detail} />
      <Why detail={detail} />
      <Part title="Attempts">
        <Timeline detail={detail} />
      </Part>
      <LeftOut detail={detail} />
      {detail.prompt === undefined ? null : (
        <Part title="Asked">
          <pre>{detail.prompt}</pre>
        </Part>
      )}
    </>
  );
}

function Why({ detail: { tier, target, decidedBy, reason, confidence, facts } }: { readonly detail: ShownDetail }) {
  return (
    <Part title="Why">
      <p>
        Tier <b>{tier}</b>, decided by <b>{decidedBy}</b> ({percent(confidence)} sure): {reason}
      </p>
      {target === undefined ? (
        <p>No target answered.</p>
      ) : (
        <p>
          Answered by <TargetName id={target} />.
        </p>
      )}
      {facts.map((fact) => (
        <p key={fact}>{fact}</p>
      ))}
    </Part>
  );
}

function LeftOut({ detail: { leftOut } }: { readonly detail: ShownDetail }) {
  if (leftOut.length === 0) return null;
  return (
    <Part title="Who could not serve">
      <ul>
        {leftOut.map(({ target, why }) => (
          <li key={target}>
            <TargetName id={target} />: {why}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Facts({ detail }: { readonly detail: ShownDetail }) {
  const { durationMs, ttftMs, costUsd, savedUsd, usage, endpoint, stream, task, tags, region, waitedMs } = detail;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ["Took", ms(durationMs)],
    ["First token", ttftMs === undefined ? undefined : ms(ttftMs)],
    ["Waited for limits", waitedMs === undefined ? undefined : ms(waitedMs)],
    ["Cost", costUsd === undefined ? "unknown" : usd(costUsd)],
    ["Saved", savedUsd === undefined ? undefined : usd(savedUsd)],
    ["Tokens", usage === undefined ? undefined : tokensOf(usage)],
    ["Endpoint", stream ? `${endpoint}, stream` : endpoint],
    ["Region", region],
    ["Task", task],
    ...Object.entries(tags).map(([name, value]) => [name, value] as const),
  ];
  return (
    <dl class="facts">
      {pairs.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function tokensOf({
  promptTokens,
  completionTokens,
  cachedTokens,
  reasoningTokens,
  estimated,
}: NonNullable<ShownDetail["usage"]>): string {
  const more = [
    cachedTokens > 0 ? `${count(cachedTokens)} cached` : undefined,
    reasoningTokens > 0 ? `${count(reasoningTokens)} reasoning` : undefined,
    estimated ? "estimated" : undefined,
  ].filter((one) => one !== undefined);
  const both = `${count(promptTokens)} in, ${count(completionTokens)} out`;
  return more.length === 0 ? both : `${both} (${more.join(", ")})`;
}
