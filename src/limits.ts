import type { AccountSource, Claim, Entry, Refusal } from "./admission.ts";
import type { RouterEvents } from "./events.ts";
import type { Emitter } from "./lib/emitter.ts";
import { callerOf, LimitClaim, refusalOf } from "./limit-claim.ts";
import type { WaitingRoom } from "./state/waiting-room.ts";

const none: readonly Claim[] = [];

/** All limits of a router: what an attempt has to take of them, and whether others wait for that already. */
export class Limits implements AccountSource {
  readonly #room: WaitingRoom;
  readonly #events: Emitter<RouterEvents>;

  constructor(room: WaitingRoom, events: Emitter<RouterEvents>) {
    this.#room = room;
    this.#events = events;
  }

  claims(entry: Entry): readonly Claim[] | Refusal {
    const { limits } = entry.target;
    if (limits.length === 0) return none;
    const shared = { room: this.#room, events: this.#events };
    const waitedFor = this.#room.size === 0 ? undefined : this.#waitedFor(entry);
    if (waitedFor !== undefined) return waitedFor;
    return limits.map((limit) => new LimitClaim(entry, limit, shared));
  }

  // Who comes later must not take what others wait for.
  #waitedFor(entry: Entry): Refusal | undefined {
    const { limits } = entry.target;
    const obstacle = this.#room.inTheWay(
      limits.map(({ key }) => key),
      callerOf(entry),
    );
    const limit = limits.find(({ key }) => key === obstacle?.key);
    return obstacle === undefined || limit === undefined ? undefined : refusalOf(limit, obstacle);
  }
}
