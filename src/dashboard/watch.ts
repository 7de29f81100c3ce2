import type { RouterEventName, RouterEvents } from "../events.ts";
import type { ObservedRouter } from "../exporters/exporter.ts";
import { listenTo, type Listeners } from "../exporters/subscriptions.ts";
import type { RouteRecord } from "../glossary.ts";
import { DrillBook } from "./drill-book.ts";
import { momentWords, type MomentName } from "./moments.ts";
import { Notices, noticeWords, type NoticeName } from "./notices.ts";
import type { ResolvedDashboard } from "./options.ts";
import { RecentRequests } from "./recent-requests.ts";
import { Series } from "./series.ts";
import { Traces } from "./traces.ts";

/** So many tags have costs of their own, as the router keeps them. */
const mostTags = 20;

/** A prompt is shown up to here. */
const mostPromptChars = 2_000;

/** Remembers what a router tells, as much as a page shows. */
export class Watch {
  readonly series: Series;
  readonly requests: RecentRequests;
  readonly notices = new Notices();
  readonly drills = new DrillBook();
  /** Names of the tags that calls had. */
  readonly tags = new Set<string>();
  readonly #traces = new Traces();
  readonly #showContent: boolean;

  constructor({ windowMs, maxRequests, showContent }: ResolvedDashboard) {
    this.series = new Series(windowMs);
    this.requests = new RecentRequests(maxRequests);
    this.#showContent = showContent;
  }

  /** Begins to listen. Returns what ends it. */
  listen(router: ObservedRouter): () => void {
    const ends = [listenTo(router, this.#calls), listenTo(router, this.#moments), listenTo(router, this.#news)];
    return () => {
      for (const end of ends) end();
    };
  }

  get #calls(): Listeners {
    return {
      ...(this.#showContent ? { "request:start": (event: RouterEvents["request:start"]) => this.#asked(event) } : {}),
      "attempt:end": ({ requestId, attempt }) => {
        this.#traces.attemptEnded(requestId);
        this.series.attempt(attempt);
      },
      "request:end": ({ record }) => this.#ended(record),
      "drill:start": (event) => this.drills.begin(event),
      "drill:end": ({ report }) => this.drills.end(report),
    };
  }

  get #moments(): Listeners {
    const names = Object.keys(momentWords) as MomentName[];
    return listenersOf(names, (name, event) => {
      const tell = momentWords[name] as (told: typeof event) => string;
      this.#traces.moment(event.requestId, tell(event));
    });
  }

  get #news(): Listeners {
    const names = Object.keys(noticeWords) as NoticeName[];
    return listenersOf(names, (name, event) => {
      const tell = noticeWords[name] as (told: typeof event) => Parameters<Notices["add"]>[0];
      this.notices.add(tell(event));
    });
  }

  // A copy: a slice would keep the whole text alive.
  #asked({ requestId, request }: RouterEvents["request:start"]): void {
    this.#traces.asked(requestId, Buffer.from(request.prompt.slice(0, mostPromptChars)).toString());
  }

  #ended(record: RouteRecord): void {
    for (const tag in record.tags) if (this.tags.size < mostTags) this.tags.add(tag);
    this.series.request(record);
    this.requests.add(record, this.#traces.take(record.requestId));
  }
}

function listenersOf<Name extends RouterEventName>(
  names: readonly Name[],
  listener: (name: Name, event: RouterEvents[Name]) => void,
): Listeners {
  const entries = names.map((name) => [name, (event: RouterEvents[Name]) => listener(name, event)]);
  return Object.fromEntries(entries) as Listeners;
}
