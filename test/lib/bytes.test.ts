import { describe, expect, it } from "vitest";
import { bytesOf, joined, latin1 } from "../../src/lib/bytes.ts";

it("reads each byte as one character", () => {
  expect(latin1(new Uint8Array([0x61, 0xc3, 0xa9, 0x00, 0xff]))).toBe("aÃ©\u0000ÿ");
});

it("reads a part of a buffer, and no more of it", () => {
  const whole = new Uint8Array([1, 97, 98, 2]);
  expect(latin1(whole.subarray(1, 3))).toBe("ab");
});

describe("joined()", () => {
  it("puts bytes one behind the other", () => {
    const parts = [new Uint8Array([1]), new Uint8Array([2, 3])];
    expect([...(joined(parts) ?? [])]).toEqual([1, 2, 3]);
  });

  it("copies nothing where there is one part", () => {
    const part = new Uint8Array([1]);
    expect(joined([part])).toBe(part);
  });

  it("is nothing where there is no part", () => {
    expect(joined([])).toBeUndefined();
  });
});

describe("bytesOf()", () => {
  it("takes bytes as they are", () => {
    const bytes = new Uint8Array([1]);
    expect(bytesOf(bytes)).toBe(bytes);
  });

  it("takes a buffer", () => {
    expect([...bytesOf(new Uint8Array([1, 2]).buffer)]).toEqual([1, 2]);
  });

  it("takes text as UTF-8", () => {
    expect([...bytesOf("é")]).toEqual([0xc3, 0xa9]);
  });
});
