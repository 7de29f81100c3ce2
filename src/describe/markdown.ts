/** A table; nothing when it has no rows. Columns in which every row is empty are left out. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const used = heads.map((_, column) => rows.some((row) => row[column] !== ""));
  const line = (cells: readonly string[]): string => `| ${cells.filter((_, column) => used[column]).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map((row) => line(row))].join("\n");
}

/** A name as code, safe in a table. */
export function code(name: string): string {
  const clean = oneLine(name).replaceAll("`", "'").replaceAll("|", "\\|");
  return `\`${clean}\``;
}

/** A text that stays in its line and its cell, and makes no markup. */
export function plain(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_[\]<>|]/gu, String.raw`\$&`);
}

/** A heading with what belongs under it; nothing when that is nothing. */
export function section(heading: string, ...parts: readonly string[]): string {
  const given = parts.filter((part) => part !== "");
  return given.length === 0 ? "" : [`## ${heading}`, ...given].join("\n\n");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ");
}
