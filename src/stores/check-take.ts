import type { Account, TakeRequest } from "./store.ts";
import { defaultLeaseMs } from "./terms.ts";

/**
 * What every store asks of a request.
 * @throws RangeError for a number that makes no sense, TypeError for an account that comes twice, slots without
 * a hold, or a hold without a name
 */
export function checkTake({ hold, leaseMs = defaultLeaseMs, accounts }: TakeRequest): void {
  if (!(leaseMs > 0 && leaseMs < Infinity)) throw new RangeError(`leaseMs must be above 0, it is ${leaseMs}.`);
  if (hold === "") throw new TypeError("hold must not be empty.");
  for (let at = 0; at < accounts.length; at += 1) {
    const account = accounts[at] as Account;
    checkAccount(account);
    if (hold === undefined && account.kind === "slots" && account.amount > 0) {
      throw new TypeError(`${nameOf(account)} needs a hold.`);
    }
    if (at > 0) checkOnce(accounts, at);
  }
}

/**
 * What every store asks of the amounts that were used.
 * @throws RangeError for one that is negative or not finite
 */
export function checkUsed(used: readonly number[]): void {
  for (const amount of used) {
    if (!isAmount(amount)) throw new RangeError(`What was used must be a number from 0, it is ${amount}.`);
  }
}

function checkAccount(account: Account): void {
  if (!isAmount(account.limit)) throw new RangeError(`${nameOf(account)}: limit must be a number from 0.`);
  if (!isAmount(account.amount)) throw new RangeError(`${nameOf(account)}: amount must be a number from 0.`);
  if (account.kind === "slots") return;
  const [name, time] =
    account.kind === "window" ? (["endsAt", account.endsAt] as const) : (["windowMs", account.windowMs] as const);
  if (!(time > 0 && time < Infinity)) throw new RangeError(`${nameOf(account)}: ${name} must be above 0.`);
}

function checkOnce(accounts: readonly Account[], at: number): void {
  const account = accounts[at] as Account;
  for (let before = 0; before < at; before += 1) {
    if (isSame(account, accounts[before] as Account)) throw new TypeError(`${nameOf(account)} comes twice.`);
  }
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Infinity;
}

function isSame(one: Account, other: Account): boolean {
  return one.key === other.key && one.kind === other.kind;
}

function nameOf({ kind, key }: Account): string {
  return `The ${kind} account ${JSON.stringify(key)}`;
}
