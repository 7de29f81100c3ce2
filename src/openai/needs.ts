import type { Capability, Endpoint, JsonObject } from "../glossary.ts";
import { entriesOf, listOf } from "./input.ts";
import { isRecord } from "../lib/is-record.ts";

const sights = new Set<unknown>(["image_url", "input_image", "computer_screenshot", "video_url"]);
const sounds = new Set<unknown>(["input_audio", "audio_url"]);
const jsonFormats = new Set<unknown>(["json_object", "json_schema"]);

/**
 * What a request needs of a target, as far as its body shows: tools, images, sound, JSON, a stream.
 * Never "reasoning": whether a request deserves it is what classifiers are for.
 */
export function needsOf(endpoint: Endpoint, body: JsonObject): ReadonlySet<Capability> {
  const needs = new Set<Capability>();
  if (endpoint === "embeddings" || !isRecord(body)) return needs;
  if (body["stream"] === true) needs.add("streaming");
  if (listOf(body["tools"]).length > 0 || listOf(body["functions"]).length > 0) needs.add("tools");
  if (wantsJson(body)) needs.add("json");
  if (listOf(body["modalities"]).includes("audio")) needs.add("audio");
  for (const entry of entriesOf(endpoint, body)) {
    addNeeds(listOf(entry["content"]), needs);
    // What tools gave back, which may be pictures.
    addNeeds(isRecord(entry["output"]) ? [entry["output"]] : listOf(entry["output"]), needs);
  }
  return needs;
}

function wantsJson(body: JsonObject): boolean {
  const text = body["text"];
  const formats = [body["response_format"], isRecord(text) ? text["format"] : undefined];
  return formats.some((format) => isRecord(format) && jsonFormats.has(format["type"]));
}

function addNeeds(parts: readonly unknown[], needs: Set<Capability>): void {
  for (const part of parts) {
    if (!isRecord(part)) continue;
    if (sights.has(part["type"])) needs.add("vision");
    else if (sounds.has(part["type"])) needs.add("audio");
  }
}
