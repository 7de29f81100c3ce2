import { cpus, platform, totalmem } from "node:os";
import { VERSION } from "openai/version";

const gigabytes = Math.round(totalmem() / 2 ** 30);

/** What the figures hold for. */
export const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown CPU"}, ${gigabytes} GB, ${platform()}; Node ${process.versions.node}, openai ${VERSION}`;
