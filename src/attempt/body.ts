import { bytesOf, joined } from "../lib/bytes.ts";
import type { Clocks } from "./clocks.ts";
import type { Interrupt } from "./interrupt.ts";

/** Reads a body to its end as UTF-8, under the attempt's clocks. Rejects when it is cut, stalls or the call ends. */
export async function readBody(
  response: Response,
  { clocks, interrupt }: { readonly clocks: Clocks; readonly interrupt: Interrupt },
): Promise<string> {
  const body: unknown = response.body;
  if (!(body instanceof ReadableStream)) return interrupt.guard(response.text());
  const reader: ReadableStreamDefaultReader<unknown> = body.getReader();
  interrupt.onCut(() => {
    reader.cancel(interrupt.reason).catch(ignore);
  });
  const chunks: Uint8Array[] = [];
  for (;;) {
    clocks.waiting();
    const { done, value } = await reader.read();
    if (interrupt.isCut) throw interrupt.reason;
    clocks.arrived();
    if (done) return decoder.decode(joined(chunks));
    chunks.push(bytesOf(value));
  }
}

// Of whole bodies only, so it keeps nothing between them.
const decoder = new TextDecoder();

function ignore(): void {
  // The body is given up; how its connection closes is nobody's concern.
}
