import { AsyncLocalStorage } from "node:async_hooks";

const classifying = new AsyncLocalStorage<true>();

/** Asks classifiers, so that a call which one of them makes through a router can be told from others. */
export function whileClassifying<T>(ask: () => T): T {
  return classifying.run(true, ask);
}

/** Whether it is a classifier that makes the call at hand. */
export function isOfClassifier(): boolean {
  return classifying.getStore() === true;
}
