import type { JsonObject } from "../glossary.ts";

/** The answer of `GET /models`. */
export function modelList(ids: readonly string[]): JsonObject {
  return { object: "list", data: ids.map(model) };
}

/** The answer of `GET /models/:id`. */
export function model(id: string): JsonObject {
  return { id, object: "model", created: 1_700_000_000, owned_by: "provider-simulator" };
}
