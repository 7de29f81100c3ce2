import { acceptJson } from "../accept/json.ts";
import { acceptNoRefusal } from "../accept/no-refusal.ts";
import { acceptNotEmpty } from "../accept/not-empty.ts";
import type { AcceptOption, AnswerCheck, AnswerCheckName } from "../glossary.ts";
import { isRecord } from "../lib/is-record.ts";
import { kindOf, quote } from "./show.ts";
import { unknownName } from "./unknown-name.ts";

const checks: Readonly<Record<AnswerCheckName, AnswerCheck>> = {
  json: acceptJson(),
  notEmpty: acceptNotEmpty(),
  noRefusal: acceptNoRefusal(),
};

const names: readonly string[] = Object.keys(checks);

/** What JSON Schema can say of names of checks. */
export const acceptForm = { anyOf: [{ const: false }, { enum: names }, { type: "array", items: { enum: names } }] };

/** The checks of an option; undefined when there is none. */
export function checksOf(accept: AcceptOption | undefined): readonly AnswerCheck[] | undefined {
  if (accept === undefined || accept === false) return undefined;
  const given = typeof accept === "string" || typeof accept === "function" ? [accept] : accept;
  const all = given.map((one) => (typeof one === "string" ? checks[one] : one));
  return all.length === 0 ? undefined : all;
}

/** What is wrong with a value that should say what is accepted; undefined when nothing is. */
export function faultOfAccept(value: unknown): string | undefined {
  const must = `must be a function of the answer, one of ${names.map(quote).join(", ")}, an array of them, or false`;
  return faultOf(value, must, (one) => typeof one === "function");
}

/** The same of data, which holds no functions. */
export function faultOfAcceptNames(value: unknown): string | undefined {
  return faultOf(value, `must be one of ${names.map(quote).join(", ")}, an array of them, or false`, () => false);
}

function faultOf(value: unknown, must: string, isCheck: (one: unknown) => boolean): string | undefined {
  if (value === false) return undefined;
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const one of given) {
    if (isCheck(one)) continue;
    if (typeof one !== "string") return `${must}, got ${kindOf(one)}${hintFor(one)}`;
    if (!names.includes(one)) return unknownName("check", one, names);
  }
  return undefined;
}

function hintFor(value: unknown): string {
  return isRecord(value) && "~standard" in value ? "; give a schema as acceptSchema(schema)" : "";
}
