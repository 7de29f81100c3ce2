import type { AccountSource, Admission, Claim, Entry, Refusal } from "./admission.ts";
import type { Limit } from "../config/resolved.ts";
import type { RouterEvents } from "../events.ts";
import type { Emitter } from "../lib/emitter.ts";
import { callerOf, LimitClaim, refusalOf, tokensOf } from "./limit-claim.ts";
import type { ExplainedLimit } from "../plan/explained-limit.ts";
import { accountOf } from "../state/limits.ts";
import type { WaitingRoom } from "../state/waiting-room.ts";

const none: readonly Claim[] = [];

function limitsFor({ target, key }: Entry): readonly Limit[] {
  const own = key?.key.limits ?? [];
  return own.length === 0 ? target.limits : [...target.limits, ...own];
}

/** Those of its target, and of all keys it may be called with. */
function limitsOfAll({ target, keys = [] }: Entry): readonly Limit[] {
  return [...target.limits, ...keys.flatMap(({ key }) => key.limits)];
}

/** All limits of a router: what an attempt has to take of them, and whether others wait for that already. */
export class Limits implements AccountSource {
  readonly #room: WaitingRoom;
  readonly #events: Emitter<RouterEvents>;

  constructor(room: WaitingRoom, events: Emitter<RouterEvents>) {
    this.#room = room;
    this.#events = events;
  }

  claims(entry: Entry): readonly Claim[] | Refusal {
    const limits = limitsFor(entry);
    if (limits.length === 0) return none;
    const shared = { room: this.#room, events: this.#events };
    const waitedFor = this.#room.size === 0 ? undefined : this.#waitedFor(entry, limits);
    if (waitedFor !== undefined) return waitedFor;
    return limits.map((limit) => new LimitClaim(entry, limit, shared));
  }

  /** How the limits stand that attempts would have to keep. */
  async outlook(entries: readonly Entry[], admission: Admission): Promise<readonly ExplainedLimit[]> {
    const all = entries.flatMap((entry) =>
      limitsOfAll(entry).map((limit) => ({ entry, limit, account: accountOf(limit, () => tokensOf(entry)) })),
    );
    const read = new Map(all.map(({ account }) => [account.key, account]));
    const keys = [...read.keys()];
    const lefts = await admission.look([...read.values()]);
    return all.map(({ entry, limit: { owner, label, of, most }, account }) => {
      const left = lefts?.[keys.indexOf(account.key)];
      const takes = Math.ceil(account.amount);
      return {
        target: entry.target.id,
        owner,
        key: label,
        of,
        most,
        left,
        takes,
        isEnough: (left ?? most) >= account.amount,
      };
    });
  }

  // Who comes later must not take what others wait for.
  #waitedFor(entry: Entry, limits: readonly Limit[]): Refusal | undefined {
    const obstacle = this.#room.inTheWay(
      limits.map(({ key }) => key),
      callerOf(entry),
    );
    const limit = limits.find(({ key }) => key === obstacle?.key);
    return obstacle === undefined || limit === undefined ? undefined : refusalOf(limit, obstacle);
  }
}
