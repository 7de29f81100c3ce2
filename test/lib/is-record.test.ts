import { expect, it } from "vitest";
import { isRecord } from "../../src/lib/is-record.ts";

it.each([[{}], [{ a: 1 }], [Object.create(null)], [new Map()]])("takes %o for a record", (value) => {
  expect(isRecord(value)).toBe(true);
});

it.each([[null], [undefined], [[]], ["text"], [5], [() => undefined]])("takes %o for none", (value) => {
  expect(isRecord(value)).toBe(false);
});
