import { expect, test } from "vitest";
import { readPages } from "./code-blocks.ts";

const all = await readPages();
const readme = all.find(({ name }) => name === "README.md")?.text ?? "";
const pages = all
  .flatMap(({ name, text }) => {
    const [, number] = /^docs\/(\d+)-[^/]+\.md$/.exec(name) ?? [];
    return number === undefined ? [] : [{ number: Number(number), file: name.slice("docs/".length), text }];
  })
  .toSorted((one, other) => one.number - other.number);

function titleOf({ text }: { readonly text: string }): string {
  return text.slice("# ".length, text.indexOf("\n"));
}

test("README.md lists the numbered pages in their order", () => {
  const listed = [...readme.matchAll(/^\| \[\d+ [^\]]*\]\(docs\/(\d+-[^)]*)\)/gm)].map(([, file]) => file);
  expect(listed).toEqual(pages.map(({ file }) => file));
});

test.each(pages)("$file begins with its number", ({ number, text }) => {
  expect(text).toMatch(new RegExp(`^# ${number} \\S`));
});

const pairs = pages.slice(1).map((next, at) => ({ page: pages[at]!, next }));

test.each(pairs)("$page.file leads on to $next.file", ({ page, next }) => {
  expect(page.text.trimEnd().split("\n").at(-1)).toBe(`Next: [${titleOf(next)}](${next.file})`);
});
