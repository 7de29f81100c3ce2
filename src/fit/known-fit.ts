import type { Endpoint } from "../glossary.ts";

/** What a provider has published, or has been seen to answer, of what its models do not take. */
export interface KnownFit {
  /** The host it holds for; a model of the same name elsewhere may take more. */
  readonly host: RegExp;
  /** The model ids it holds for. @defaultValue all of the host's */
  readonly models?: RegExp | undefined;
  readonly endpoint: Endpoint;
  /** Where it is said. */
  readonly source: string;
  /** The day on which it was read, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly drop?: readonly string[] | undefined;
  readonly rename?: Readonly<Record<string, string>> | undefined;
  readonly dropFromMessages?: readonly string[] | undefined;
  readonly roles?: Readonly<Record<string, string>> | undefined;
  readonly toolCallIds?: { readonly length?: number; readonly maxLength?: number } | undefined;
}
