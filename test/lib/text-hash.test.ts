import * as fc from "fast-check";
import { expect, it } from "vitest";
import { textHash } from "../../src/lib/text-hash.ts";

it("is 16 hexadecimal digits, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(textHash(text)).toMatch(/^[0-9a-f]{16}$/);
    }),
  );
});

it("is the same for the same text", () => {
  expect(textHash("What is a router?")).toBe(textHash(["What is", "a router?"].join(" ")));
});

it("differs for texts that are nearly the same", () => {
  const texts = ["", "a", "b", "ab", "ba", "aa", "a ", " a", "A", "á", "\u0000", "\u0000\u0000", "🧭", "🧱"];
  expect(new Set(texts.map(textHash)).size).toBe(texts.length);
});

it("differs for many texts", () => {
  const hashes = new Set(Array.from({ length: 50_000 }, (_, index) => textHash(`conversation ${index}`)));
  expect(hashes.size).toBe(50_000);
});
