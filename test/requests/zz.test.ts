import { it } from "vitest";
import { faults } from "../../src/testing/index.ts";
import { hear, startPair } from "./setup.ts";
it("x", async () => {
  await using pair = await startPair({ a: [faults.cutBody({ chunked: true })], router: {timeouts: { headersMs: 80, idleMs: 80, firstContentMs: 80 } }});
  const h = await hear(pair.router);
  console.log(h.text, h.error, pair.events.of("attempt:end").map(e => e.attempt));
});
