import { cpus, loadavg, platform, totalmem } from "node:os";
import { VERSION } from "openai/version";

const gigabytes = Math.round(totalmem() / 2 ** 30);

/** What the figures hold for. */
export const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown CPU"}, ${gigabytes} GB, ${platform()}; Node ${process.versions.node}, openai ${VERSION}`;

/** The share of the machine that other work took over the last minute, 0–1 and more. */
export function loadShare(): number {
  return (loadavg()[0] ?? 0) / cpus().length;
}
