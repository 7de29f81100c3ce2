import { chromium, type Browser } from "playwright-core";

/** Debian's Chromium, or another one. */
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Starts a browser that asks nobody for anything by itself. */
export function startChromium(): Promise<Browser> {
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet];
  return chromium.launch({ executablePath, args });
}
