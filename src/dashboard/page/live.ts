import { useEffect, useState } from "preact/hooks";
import { LiveLink } from "./live-link.ts";
import type { LiveMessage, ShownNotice, ShownState, ShownStep } from "../shown.ts";
import type { ShownRequest } from "../shown-request.ts";

/** Everything that the page knows. */
export interface Known {
  readonly state: ShownState;
  /** Oldest first. */
  readonly steps: readonly ShownStep[];
  /** Latest first. */
  readonly requests: readonly ShownRequest[];
  /** Latest first. */
  readonly notices: readonly ShownNotice[];
  /** How far the clock of the handler is ahead of the one here, in ms. */
  readonly aheadMs: number;
}

export type Link = "connecting" | "live" | "lost";

const mostRequests = 1_000;
const mostNotices = 200;

const nothing: Omit<Known, "state" | "aheadMs"> = { steps: [], requests: [], notices: [] };

/** Adds what is new to what is known. */
function learn(known: Known | undefined, message: LiveMessage): Known | undefined {
  const state = message.state ?? (message.whole === true ? undefined : known?.state);
  if (state === undefined) return undefined;
  const before = message.whole === true || known === undefined ? nothing : known;
  const { now, steps = [], requests = [], notices = [] } = message;
  return {
    state,
    steps: withSteps(before.steps, steps, now - state.windowMs),
    requests: [...requests.toReversed(), ...before.requests].slice(0, mostRequests),
    notices: withNotices(before.notices, notices),
    aheadMs: now - Date.now(),
  };
}

// A step that goes on is told again and again.
function withSteps(known: readonly ShownStep[], told: readonly ShownStep[], from: number): readonly ShownStep[] {
  const first = told[0]?.at ?? Infinity;
  return [...known.filter(({ at }) => at < first), ...told].filter(({ at }) => at >= from);
}

// What happened again has a new number and stands in the place of the former.
function withNotices(known: readonly ShownNotice[], told: readonly ShownNotice[]): readonly ShownNotice[] {
  const again = new Set(told.filter(({ times }) => times > 1).map(({ text }) => text));
  const others = known.filter(({ text }, at) => !(again.has(text) && isLatest(known, text, at)));
  return [...told.toReversed(), ...others].slice(0, mostNotices);
}

function isLatest(notices: readonly ShownNotice[], text: string, at: number): boolean {
  return notices.findIndex((one) => one.text === text) === at;
}

/** Listens to the handler while the page is looked at, and comes back when the connection was lost. */
export function useLive(): { readonly known: Known | undefined; readonly link: Link } {
  const [known, setKnown] = useState<Known | undefined>();
  const [link, setLink] = useState<Link>("connecting");
  useEffect(() => {
    const told = (message: LiveMessage): void => {
      setLink("live");
      setKnown((before) => learn(before, message));
    };
    const live = new LiveLink({ told, lost: () => setLink("lost") });
    const look = (): void => (document.hidden ? live.close() : live.open());
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      document.removeEventListener("visibilitychange", look);
      live.close();
    };
  }, []);
  return { known, link };
}

/** The time at the handler, anew every second. */
export function useNow(aheadMs: number, paused: boolean): number {
  const [now, setNow] = useState(() => Date.now() + aheadMs);
  useEffect(() => {
    if (paused) return undefined;
    setNow(Date.now() + aheadMs);
    const timer = setInterval(() => setNow(Date.now() + aheadMs), 1_000);
    return () => clearInterval(timer);
  }, [aheadMs, paused]);
  return now;
}
