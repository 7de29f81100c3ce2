import { randomUUID } from "node:crypto";
import type { OutReason } from "../glossary.ts";
import type { InFlight } from "../lib/in-flight.ts";
import type { Store } from "../stores/store.ts";
import { factIn, factText } from "./outage-fact.ts";

/** Why something is left alone, and until when, by this process's clock. */
export interface Outage {
  readonly reason: OutReason;
  readonly dueAt: number;
}

/** A target or a key of which other processes may know more. */
export interface Subject {
  /** How long what is said of it is remembered beyond its `dueAt`, in ms. */
  readonly keptMs: number;
  /** Another process leaves it alone, or found it back. */
  hear(outage: Outage | undefined): void;
}

/** What a {@link Bulletin} is made of. */
export interface BulletinInput {
  readonly store: Store;
  /** What is being told, for those who wait until nothing is. */
  readonly telling: InFlight<object>;
  failed(verb: "take" | "note", error: unknown): void;
}

/** The fact that changes whenever any other does: who has seen it has seen all. */
const newsFact = "health:news";

/** So often a process that takes nothing looks for news, while it has calls. */
const lookMs = 250;

// A fact whose news was lost, as when a store came back in another order, is found all the same.
const rereadMs = 10_000;

const newsKeptMs = 3_600_000;
// Scripts of Redis spread no more than some 8,000 values at once.
const factsAtOnce = 1_000;

/**
 * What several processes tell each other through a store: a fact for each target or key that is left alone. One more fact says
 * that there is news, so that looking for it costs one key however many targets there are.
 *
 * A fact that is missing says nothing: only one that was written changes what a process knows. So a store that is down, or has
 * lost everything, leaves each process with what it found out itself.
 */
export class Bulletin {
  /** Facts to read with each take, for {@link heard}. */
  readonly facts: readonly string[] = [newsFact];
  readonly #input: BulletinInput;
  readonly #by = randomUUID().slice(0, 8);
  readonly #seen = new Map<string, string>();
  readonly #untold = new Map<string, Outage | undefined>();
  /** What was told last of each fact, as long as nobody said otherwise. */
  readonly #told = new Map<string, Outage | undefined>();
  /** When each fact was last told from here, counted in steps; `Infinity` while it is being told. */
  readonly #toldAt = new Map<string, number>();
  #subjects: ReadonlyMap<string, Subject> = new Map();
  #step = 0;
  #news: string | undefined;
  #lookedAt = -Infinity;
  #readAt = -Infinity;
  #aheadMs: number | undefined;
  #looking = false;
  #telling = false;
  #isDown = false;

  constructor(input: BulletinInput) {
    this.#input = input;
  }

  /** Goes over to other subjects, by the keys of their facts. */
  adopt(subjects: ReadonlyMap<string, Subject>): void {
    this.#subjects = subjects;
    this.#seen.clear();
    this.#readAt = -Infinity;
  }

  /** Somebody calls: looks for news if nobody did lately. Nobody waits for it. */
  glance(): void {
    if (Date.now() - this.#lookedAt >= lookMs) void this.#look();
  }

  /** What a take read of the {@link facts}, at a time by the store's clock. */
  heard([news]: readonly (string | undefined)[], now: number): void {
    const here = Date.now();
    this.#lookedAt = here;
    this.#aheadMs = now - here;
    if (news !== this.#news || here - this.#readAt >= rereadMs) void this.#look(true);
  }

  /** This process leaves a subject alone, or found it back: the others will be told. */
  found(fact: string, outage: Outage | undefined): void {
    if (!this.#subjects.has(fact) || isAsGood(this.#told.get(fact), outage)) return;
    this.#told.set(fact, outage);
    this.#untold.set(fact, outage);
    this.#toldAt.set(fact, Infinity);
    if (!this.#telling) void this.#tell();
  }

  async #look(isNews = false): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.#lookedAt = Date.now();
    try {
      if (isNews || (await this.#isNew())) await this.#read();
      this.#isDown = false;
    } catch (error) {
      this.#failed("take", error);
    } finally {
      this.#looking = false;
    }
  }

  async #isNew(): Promise<boolean> {
    const [news] = await this.#ask([]);
    return news !== this.#news || Date.now() - this.#readAt >= rereadMs;
  }

  async #read(): Promise<void> {
    const facts = [...this.#subjects.keys()];
    this.#readAt = Date.now();
    let latest: string | undefined;
    for (let from = 0; from === 0 || from < facts.length; from += factsAtOnce) {
      const some = facts.slice(from, from + factsAtOnce);
      const step = ++this.#step;
      const [news, ...texts] = await this.#ask(some);
      // What is new after the first look will be read once more.
      if (from === 0) latest = news;
      for (const [at, fact] of some.entries()) this.#hear(fact, texts[at], step);
    }
    this.#news = latest;
  }

  async #ask(facts: readonly string[]): Promise<readonly (string | undefined)[]> {
    const answer = await this.#input.store.take({ accounts: [], facts: [newsFact, ...facts] });
    this.#aheadMs = answer.now - Date.now();
    return answer.facts;
  }

  #hear(fact: string, text: string | undefined, step: number): void {
    if (text === undefined || text === this.#seen.get(fact)) return;
    // What was told from here since is newer, wherever it is on its way.
    if ((this.#toldAt.get(fact) ?? 0) > step) return;
    this.#seen.set(fact, text);
    const found = factIn(text);
    if (found === undefined || found.by === this.#by) return;
    this.#told.delete(fact);
    const { reason, dueAt } = found;
    const outage = reason === undefined ? undefined : { reason, dueAt: dueAt - (this.#aheadMs ?? 0) };
    this.#subjects.get(fact)?.hear(outage);
  }

  async #tell(): Promise<void> {
    this.#telling = true;
    const token = {};
    this.#input.telling.add(token);
    try {
      while (this.#untold.size > 0) await this.#tellOnce();
      this.#isDown = false;
    } catch (error) {
      this.#giveUp();
      this.#failed("note", error);
    } finally {
      this.#telling = false;
      this.#input.telling.delete(token);
    }
  }

  async #tellOnce(): Promise<void> {
    const { store } = this.#input;
    const told = [...this.#untold];
    this.#untold.clear();
    try {
      // Times are told by the store's clock.
      if (this.#aheadMs === undefined) await this.#ask([]);
      await Promise.all(told.map(async ([fact, outage]) => this.#note(fact, outage)));
      await store.note(newsFact, randomUUID(), newsKeptMs);
    } finally {
      for (const [fact] of told) if (!this.#untold.has(fact)) this.#toldAt.set(fact, ++this.#step);
    }
  }

  #giveUp(): void {
    for (const fact of this.#untold.keys()) this.#toldAt.set(fact, ++this.#step);
    this.#untold.clear();
    this.#told.clear();
  }

  async #note(fact: string, outage: Outage | undefined): Promise<void> {
    const keptMs = this.#subjects.get(fact)?.keptMs ?? 0;
    const { reason, dueAt = Date.now() } = outage ?? {};
    const ttlMs = Math.max(0, dueAt - Date.now()) + (outage === undefined ? newsKeptMs : keptMs);
    if (ttlMs <= 0) return;
    const text = factText({ reason, dueAt: dueAt + (this.#aheadMs ?? 0), by: this.#by });
    await this.#input.store.note(fact, text, ttlMs);
  }

  // Told once, until the store answers again.
  #failed(verb: "take" | "note", error: unknown): void {
    if (!this.#isDown) this.#input.failed(verb, error);
    this.#isDown = true;
  }
}

// Answers that come close together say the same again.
const sameMs = 1_000;

function isAsGood(told: Outage | undefined, outage: Outage | undefined): boolean {
  if (told === undefined || outage === undefined || told.reason !== outage.reason) return false;
  return told.dueAt > Date.now() && outage.dueAt - told.dueAt < sameMs;
}
