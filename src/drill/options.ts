/** How a drill is held. */
export interface DrillOptions<TargetId extends string = string> {
  /** Id of the target that calls are kept off. */
  target: TargetId;
  /** How long it lasts: ms, or text such as `10m`, `90s` or `1h`. Not for a dry drill, which ends with its prompts. */
  for?: number | string | undefined;
  /** Share of the calls that would have gone to the target, 0–1. @defaultValue 0.01 */
  share?: number | undefined;
  /** Sends prompts of its own through the chain without the target, and leaves the traffic alone. @defaultValue false */
  dry?: boolean | undefined;
  /** The tier whose chain a dry drill goes through. @defaultValue the first that has the target */
  tier?: string | undefined;
  /** What a dry drill asks; 100 prompts at most. @defaultValue one prompt for each kind of task */
  prompts?: readonly string[] | undefined;
  /** The most a dry drill may cost in the worst case, in USD: one that may cost more, or nobody knows what, is not begun. @defaultValue 1 */
  maxUsd?: number | undefined;
}
