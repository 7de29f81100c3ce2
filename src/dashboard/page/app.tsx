import { useEffect, useState } from "preact/hooks";
import { Charts } from "./charts.tsx";
import { Headline, verdictOf } from "./headline.tsx";
import { Mark } from "./icons.tsx";
import { type Known, type Link, useLive, useNow } from "./live.ts";
import { Budgets, Costs } from "./money.tsx";
import { Drills, News } from "./news.tsx";
import { RequestDialog } from "./request-dialog.tsx";
import { Requests } from "./requests.tsx";
import { Keys, Targets } from "./targets.tsx";
import { type Theme, useTheme } from "./theme.ts";
import { Slos } from "./slos.tsx";
import { Tiers } from "./tiers.tsx";
import { Tiles } from "./tiles.tsx";

export function App() {
  const { known: latest, link } = useLive();
  const { theme, isDark, next } = useTheme();
  const [frozen, setFrozen] = useState<Known | undefined>();
  const known = frozen ?? latest;
  const now = useNow(known?.aheadMs ?? 0, frozen !== undefined);
  const pause = (): void => setFrozen(frozen === undefined ? latest : undefined);
  useTitle(known);
  return (
    <>
      <Top
        title={known?.state.title ?? "modelrouter"}
        link={link}
        paused={frozen !== undefined}
        theme={theme}
        onPause={pause}
        onTheme={next}
      />
      <main>{known === undefined ? <Waiting link={link} /> : <Board known={known} now={now} isDark={isDark} />}</main>
    </>
  );
}

function Board({ known, now, isDark }: { readonly known: Known; readonly now: number; readonly isDark: boolean }) {
  const { state, steps, requests, notices } = known;
  const [scope, setScope] = useState("all");
  const [opened, open] = useOpened();
  return (
    <>
      <Headline state={state} now={now} />
      <Tiles state={state} steps={steps} now={now} />
      <Charts state={state} steps={steps} now={now} isDark={isDark} scope={scope} onScope={setScope} />
      <Targets state={state} now={now} scope={scope} onScope={setScope} />
      <Keys state={state} now={now} />
      <div class="pair">
        <Tiers state={state} />
        <div class="column">
          <Slos state={state} />
          <Budgets state={state} now={now} />
        </div>
      </div>
      <Requests requests={requests} onOpen={open} />
      <div class="pair">
        <News notices={notices} />
        <div class="column">
          <Costs state={state} />
          <Drills state={state} />
        </div>
      </div>
      {opened === undefined ? null : <RequestDialog id={opened} onClose={() => open(undefined)} />}
    </>
  );
}

function Top(props: {
  readonly title: string;
  readonly link: Link;
  readonly paused: boolean;
  readonly theme: Theme;
  onPause(): void;
  onTheme(): void;
}) {
  const { title, link, paused, theme, onPause, onTheme } = props;
  const state = paused ? "paused" : link;
  return (
    <header class="top">
      <p class="title">
        <Mark />
        {title}
      </p>
      <p class={`link ${state}`} role="status">
        <span class="dot" aria-hidden="true" />
        {linkWords[state]}
      </p>
      <button type="button" class="tool" aria-pressed={paused} onClick={onPause}>
        Pause
      </button>
      <button type="button" class="tool" onClick={onTheme} aria-label={`Colours: ${theme}. Change`}>
        {themeWords[theme]}
      </button>
    </header>
  );
}

const linkWords: Readonly<Record<Link | "paused", string>> = {
  connecting: "connecting",
  live: "live",
  lost: "connection lost, trying again",
  paused: "paused",
};

const themeWords: Readonly<Record<Theme, string>> = { auto: "Auto", light: "Light", dark: "Dark" };

function Waiting({ link }: { readonly link: Link }) {
  return (
    <p class="empty page">
      {link === "lost" ? "The router does not answer. This page tries again every few seconds." : "Loading…"}
    </p>
  );
}

/** The request that is open stands in the address, so that it can be sent to somebody, and the way back closes it. */
function useOpened(): readonly [string | undefined, (id: string | undefined) => void] {
  const [opened, setOpened] = useState(idInAddress);
  useEffect(() => {
    const note = (): void => setOpened(idInAddress());
    addEventListener("hashchange", note);
    return () => removeEventListener("hashchange", note);
  }, []);
  return [opened, setAddress];
}

function setAddress(id: string | undefined): void {
  location.hash = id === undefined ? "" : `request=${encodeURIComponent(id)}`;
}

function idInAddress(): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get("request") ?? undefined;
}

function useTitle(known: Known | undefined): void {
  const title = known === undefined ? "modelrouter" : titleOf(known);
  useEffect(() => {
    document.title = title;
  }, [title]);
}

const signs = { good: "", info: "", warn: "▲ ", bad: "✕ " };

function titleOf({ state }: Known): string {
  return `${signs[verdictOf(state).tone]}${state.title}`;
}
