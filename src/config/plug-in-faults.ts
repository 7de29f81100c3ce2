import { isRecord } from "../lib/is-record.ts";
import { faultOfQuantity, quantities } from "./quantities.ts";
import { kindOf, looksLikeKey, quote } from "./show.ts";
import { strategyNames } from "./strategies.ts";
import { unknownName } from "./unknown-name.ts";

/** What is wrong with a value that should be an `OpenAI` client; undefined when nothing is. Shows nothing of the value. */
export function faultOfClient(value: unknown): string | undefined {
  if (value === undefined) return "is missing; give it an OpenAI client, as in new OpenAI({ … })";
  const must = "must be an instance of OpenAI or of a subclass such as AzureOpenAI";
  if (typeof value === "function") return `${must}, got a function; make an instance with new`;
  if (!isRecord(value)) return `${must}, got ${kindOf(value)}`;
  if (typeof value["then"] === "function") return `${must}, got a promise; await it first`;
  const lacking = ["post", "withOptions"].filter((method) => typeof value[method] !== "function");
  return lacking.length === 0 ? undefined : `${must}, got an object without ${lacking.join(" and ")}`;
}

/** What is wrong with a value that should be an API key or a function that gives one; undefined when nothing is. Shows nothing of it. */
export function faultOfKey(value: unknown): string | undefined {
  const must = "must be an API key, or a function that gives one";
  if (typeof value === "function") return undefined;
  if (typeof value !== "string") return `${must}, got ${kindOf(value)}`;
  return value.trim() === "" ? `${must}, and is empty` : undefined;
}

/** What is wrong with a value that should be the label of a key; undefined when nothing is. */
export function faultOfLabel(value: unknown): string | undefined {
  if (typeof value !== "string" || value.trim() === "") return `must be a name for the key, got ${kindOf(value)}`;
  return looksLikeKey(value) ? "looks like a key; it is shown in events, so choose another name" : undefined;
}

/** What is wrong with a value that should be a classifier; undefined when nothing is. */
export function faultOfClassifier(value: unknown): string | undefined {
  const must = "must be a classifier, an object with name and classify";
  if (typeof value === "function") return `${must}, got a function; call it if it makes one`;
  if (!isRecord(value)) return `${must}, got ${kindOf(value)}`;
  return faultOfPlugIn(value, "classify") ?? faultOfTimeout(value["timeoutMs"]);
}

function faultOfTimeout(timeoutMs: unknown): string | undefined {
  const fault = timeoutMs === undefined ? undefined : faultOfQuantity(quantities.limitMs, timeoutMs);
  return fault === undefined ? undefined : `its timeoutMs ${fault}`;
}

/** What is wrong with a value that should be a strategy or the name of one; undefined when nothing is. */
export function faultOfStrategy(value: unknown): string | undefined {
  if (typeof value === "string") return faultOfStrategyName(value);
  const must = `must be one of ${strategyNames.map(quote).join(", ")} or an object with name and order`;
  if (typeof value === "function") return `${must}, got a function; call it if it makes one`;
  return isRecord(value) ? faultOfPlugIn(value, "order") : `${must}, got ${kindOf(value)}`;
}

/** What is wrong with a value that should be the name of a strategy; undefined when nothing is. */
export function faultOfStrategyName(value: unknown): string | undefined {
  if (typeof value !== "string") return `must be one of ${strategyNames.map(quote).join(", ")}, got ${kindOf(value)}`;
  return strategyNames.includes(value) ? undefined : unknownName("strategy", value, strategyNames);
}

/** What is wrong with a value that should be a store; undefined when nothing is. */
export function faultOfStore(value: unknown): string | undefined {
  const must = "must be a store, an object with name, take, settle and note";
  if (typeof value === "function") return `${must}, got a function; call it if it makes one`;
  if (!isRecord(value)) return `${must}, got ${kindOf(value)}`;
  const faults = ["take", "settle", "note"].map((verb) => faultOfPlugIn(value, verb));
  return faults.find((fault) => fault !== undefined);
}

function faultOfPlugIn(value: Readonly<Record<string, unknown>>, verb: string): string | undefined {
  if (typeof value["name"] !== "string" || value["name"] === "") return "needs a name, which events and errors show";
  return typeof value[verb] === "function" ? undefined : `${quote(value["name"])} needs ${verb}, a function`;
}
