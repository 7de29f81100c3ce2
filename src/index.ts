export { ModelRouter, type FromConfigOptions } from "./router.ts";
export type { RouterChanges } from "./core.ts";
export type { RouterView, Asked } from "./view.ts";
export type { RouterHealth, TargetHealth } from "./health.ts";
export type * from "./options.ts";
export type * from "./events.ts";
export type * from "./glossary.ts";
export * from "./errors.ts";
