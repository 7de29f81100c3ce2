import type { RouterEventName, RouterEvents } from "../events.ts";
import type { ObservedRouter } from "./exporter.ts";

/** Listeners by the name of the event. */
export type Listeners = { readonly [Name in RouterEventName]?: (event: RouterEvents[Name]) => void };

/** Listens to several events of a router. Returns what ends it. */
export function listenTo(router: ObservedRouter, listeners: Listeners): () => void {
  const names = Object.keys(listeners) as RouterEventName[];
  for (const name of names) router.on(name, listeners[name] as () => void);
  return () => {
    for (const name of names) router.off(name, listeners[name] as () => void);
  };
}
