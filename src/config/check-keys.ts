import type { ConfigIssue } from "../errors.ts";
import { isRecord } from "../lib/is-record.ts";
import { issueAt } from "./issues.ts";
import type { Outline } from "./outline.ts";
import { quote } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

/**
 * Finds keys of clients that do not exist, and keys and labels that come twice. Shows no key.
 * @yields every fault, with its path
 */
export function* checkKeys(given: unknown, { clients }: Outline): Generator<ConfigIssue> {
  const keys = isRecord(given) && isRecord(given["keys"]) ? given["keys"] : {};
  const seen = new Map<string, string>();
  for (const [name, list] of Object.entries(keys)) {
    const canonical = clients.get(name);
    const other = canonical === undefined ? undefined : seen.get(canonical);
    if (canonical === undefined) yield issueAt(["keys", name], unknownName("client", name, clients.keys()));
    else if (other !== undefined)
      yield issueAt(["keys", name], `is the same client as ${quote(other)}; give its keys once`);
    else seen.set(canonical, name);
    if (Array.isArray(list)) yield* checkList(list, ["keys", name]);
  }
}

function* checkList(list: readonly unknown[], path: readonly PropertyKey[]): Generator<ConfigIssue> {
  const keys = list.map(identityOf);
  const labels = list.map((key, index) => labelOf(key) ?? String(index + 1));
  for (const [index, key] of keys.entries()) {
    const first = key === undefined ? index : keys.findIndex((one) => one !== undefined && isEqual(one, key));
    if (first !== index) yield issueAt([...path, index], `is the same key as the one at [${first}]`);
    else if (labels.indexOf(labels[index] ?? "") !== index)
      yield issueAt([...path, index, "label"], `${quote(labels[index] ?? "")} is the label of another key`);
  }
}

/** What makes a key another one: itself, and whom it is used for. */
type Identity = readonly [apiKey: unknown, organization: unknown, project: unknown];

function identityOf(key: unknown): Identity | undefined {
  if (isRecord(key)) return [key["apiKey"], key["organization"], key["project"]];
  return typeof key === "string" || typeof key === "function" ? [key, undefined, undefined] : undefined;
}

function isEqual(one: Identity, other: Identity): boolean {
  return one.every((part, index) => part === other[index]);
}

function labelOf(key: unknown): string | undefined {
  return isRecord(key) && typeof key["label"] === "string" ? key["label"] : undefined;
}
