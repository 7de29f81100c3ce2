import type { StreamListener } from "./attempt/stream-source.ts";
import type { ByteSource } from "./respond/stream-body.ts";

/** Bytes whose end is told. */
export interface EndingSource extends ByteSource {
  listen(listener: StreamListener): void;
}

/** An answer without a body. */
export const nothingToRead: EndingSource = {
  wholeEvents: false,
  listen: (listener) => listener.ended({ failure: undefined, usage: undefined }),
  read: () => Promise.resolve({ done: true, value: undefined }),
  ending: "done",
  cancel: () => undefined,
};
