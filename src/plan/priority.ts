import type { Strategy } from "../strategy.ts";

/** Tries the targets in the order in which the tier names them. */
export function priorityStrategy(): Strategy {
  return {
    name: "priority",
    order: (targets) => targets,
  };
}
