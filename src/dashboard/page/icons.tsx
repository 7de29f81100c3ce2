import type { Tone } from "../shown.ts";

const paths: Readonly<Record<Tone | "rest", string>> = {
  good: "M4.5 8.5 7 11l4.5-5.5",
  info: "M8 7.4v4M8 4.7v.1",
  warn: "M8 4.6v4.2M8 11.3v.1",
  bad: "m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2",
  rest: "M6.3 5.2v5.6m3.4-5.6v5.6",
};

/** A sign that tells by its shape as well as by its colour. What it says stands beside it in words. */
export function Sign({ tone, rest = false }: { readonly tone: Tone; readonly rest?: boolean }) {
  return (
    <svg class={`sign ${tone}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {tone === "warn" ? (
        <path class="shape" d="M8 .8 15.6 14.4H.4z" />
      ) : (
        <circle class="shape" cx="8" cy="8" r="7.5" />
      )}
      <path class="line" d={paths[rest ? "rest" : tone]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M7 16h6m0 0 6-7h6m-12 7 6 7h6" />
    </svg>
  );
}
