import * as fc from "fast-check";
import { expect, it } from "vitest";
import { textHash } from "../../src/lib/text-hash.ts";

it("is a safe integer, whatever the texts", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      const hash = textHash(...texts);
      expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true);
    }),
  );
});

it("is the same for the same text", () => {
  expect(textHash("What is a router?")).toBe(textHash(["What is", "a router?"].join(" ")));
});

it("differs for texts that are nearly the same", () => {
  const texts = ["", "a", "b", "ab", "ba", "aa", "a ", " a", "A", "á", "\u0000", "\u0000\u0000", "🧭", "🧱"];
  expect(new Set(texts.map((text) => textHash(text))).size).toBe(texts.length);
});

it("differs when the texts are parted elsewhere", () => {
  const parted = [["ab"], ["a", "b"], ["ab", ""], ["", "ab"], ["a", "", "b"]];
  expect(new Set(parted.map((texts) => textHash(...texts))).size).toBe(parted.length);
});

it("differs for many texts", () => {
  const hashes = new Set(Array.from({ length: 50_000 }, (_, index) => textHash(`conversation ${index}`)));
  expect(hashes.size).toBe(50_000);
});
