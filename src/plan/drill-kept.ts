import type { LeftOut, TargetView } from "../glossary.ts";

/** Why a target does not serve a call that a drill keeps off the target `drilled`; undefined when it does. */
export function drillKept({ id, breakGlass }: TargetView, drilled: string): LeftOut | undefined {
  if (id === drilled) return { target: id, reason: "drill", detail: "a drill keeps the call off it" };
  return breakGlass
    ? { target: id, reason: "drill", detail: "is kept for emergencies, and a drill is none" }
    : undefined;
}
