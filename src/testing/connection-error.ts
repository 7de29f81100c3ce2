import type { AnswerPlan } from "./answer-plan.ts";

const words: Readonly<Record<string, string>> = {
  ECONNRESET: "read ECONNRESET",
  ECONNREFUSED: "connect ECONNREFUSED",
  ENOTFOUND: "getaddrinfo ENOTFOUND",
  CERT_HAS_EXPIRED: "certificate has expired",
  UND_ERR_SOCKET: "other side closed",
};

/** What Node's `fetch` rejects with when no answer comes, or what reading a body fails with when the connection breaks. */
export function connectionError(
  place: "before the headers" | "in the body",
  { code, ending }: Pick<AnswerPlan, "code" | "ending">,
): TypeError {
  const known = code ?? (ending === "reset" ? "ECONNRESET" : "UND_ERR_SOCKET");
  const cause = Object.assign(new Error(words[known] ?? known), { code: known });
  return new TypeError(place === "in the body" ? "terminated" : "fetch failed", { cause });
}
