import type { ResolvedConfig, ResolvedTarget } from "../config/resolved.ts";

/** The tiers and their chains as a Mermaid flow chart. */
export function diagram(config: ResolvedConfig): string {
  const targets = [...config.targets.values()];
  const nodeOf = new Map(targets.map(({ id }, index) => [id, `t${index}`]));
  const lines = ["flowchart LR", `  call(["a call"])`];
  const classifiers = config.classifiers.map(({ name }) => name).join(", then ");
  lines.push(`  classify{{${label(`auto: ${classifiers || "the default tier"}`)}}}`, "  call --> classify");
  for (const [index, tier] of [...config.tiers.values()].entries()) {
    const isDefault = tier.name === config.defaultTier ? " (default)" : "";
    lines.push(`  tier${index}[${label(`${tier.name}${isDefault}`)}]`, `  classify --> tier${index}`);
    for (const [place, { id }] of tier.targets.entries())
      lines.push(`  tier${index} ${place === 0 ? "-->|first|" : `-.->|${place + 1}.|`} ${nodeOf.get(id)}`);
  }
  for (const target of targets) lines.push(`  ${nodeOf.get(target.id)}(${label(targetLabel(target))})`);
  return ["```mermaid", ...lines, "```"].join("\n");
}

function targetLabel({ id, model, client, region }: ResolvedTarget): string {
  const more = [id === model ? "" : model, client === "default" ? "" : client, region ?? ""];
  return [id, ...more.filter((part) => part !== "")].join("<br>");
}

// Mermaid takes a text in quotes as it is, but for quotes and what would end the block.
function label(text: string): string {
  const parts = text.split("<br>").map((part) => part.replaceAll(/[&"<>`#;{}[\]|\n\r]/gu, entity));
  return `"${parts.join("<br>")}"`;
}

function entity(char: string): string {
  return `#${char.codePointAt(0) ?? 32};`;
}
