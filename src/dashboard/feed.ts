import { requestShown } from "./show-request.ts";
import type { LiveMessage, ShownState } from "./shown.ts";
import { type StateSources, stateShown } from "./state.ts";

/** How far a page has been told. */
export interface Cursor {
  readonly state: string;
  readonly seriesVersion: number;
  readonly stepAt: number;
  readonly requestSeq: number;
  readonly noticeSeq: number;
}

/** How everything stands at a moment: read once for all pages. */
export interface Look {
  readonly now: number;
  readonly state: ShownState;
  readonly cursor: Cursor;
}

const nothing: Cursor = { state: "", seriesVersion: -1, stepAt: 0, requestSeq: 0, noticeSeq: 0 };

/** Says what is new since a page was last told something. */
export class Feed {
  readonly #sources: StateSources;

  constructor(sources: StateSources) {
    this.#sources = sources;
  }

  look(): Look {
    const { series, requests, notices } = this.#sources.watch;
    const now = Date.now();
    const state = stateShown(this.#sources);
    const cursor: Cursor = {
      state: JSON.stringify(state),
      seriesVersion: series.version,
      stepAt: Math.floor(now / series.stepMs) * series.stepMs,
      requestSeq: requests.seq,
      noticeSeq: notices.seq,
    };
    return { now, state, cursor };
  }

  /** What is new for a page; undefined when nothing is. A page that was told nothing yet is told everything. */
  newsFor(before: Cursor | undefined, { now, state, cursor }: Look): LiveMessage | undefined {
    const { series, requests, notices } = this.#sources.watch;
    const known = before ?? nothing;
    const isCurrent = cursor.seriesVersion === known.seriesVersion;
    const news: Omit<LiveMessage, "now"> = {
      state: cursor.state === known.state ? undefined : state,
      steps: isCurrent ? undefined : someOf(series.since(known.stepAt, now)),
      requests: someOf(requests.since(known.requestSeq).map(requestShown)),
      notices: someOf(notices.since(known.noticeSeq)),
      whole: before === undefined ? true : undefined,
    };
    const isNothing = Object.values(news).every((value) => value === undefined);
    return isNothing ? undefined : { now, ...news };
  }
}

function someOf<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}
