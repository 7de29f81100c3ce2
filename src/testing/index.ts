/**
 * What tests need: a provider simulator that answers, fails and keeps what it received.
 *
 * @module
 */
export type { Behaviour, Duration, SimulatedToolCall } from "./behaviour.ts";
export { classifierConformance, type ClassifierConformanceOptions } from "./classifier-conformance.ts";
export type { ConformanceCase } from "./conformance-case.ts";
export { embed } from "./embeddings.ts";
export { errorBody, type ProviderError } from "./error-body.ts";
export {
  expectResilient,
  type ExpectResilientOptions,
  type RehearsedCall,
  type ResilienceReport,
} from "./expect-resilient.ts";
export { faultList, faultNames, type FaultEntry, type FaultName } from "./fault-list.ts";
export type { FaultCondition, FaultPlan, FaultRule, InjectedFault } from "./fault-plan.ts";
export { faults, type AfterChunks, type CutBodyOptions, type EveryOptions, type RateLimitedOptions } from "./faults.ts";
export { faulty, type FaultyFetch } from "./faulty.ts";
export { providerHandlers, type MswHttp, type ProviderHandlersOptions } from "./msw.ts";
export type { Provider } from "./provider.ts";
export type { KeyRule, ModelBehaviour, ProviderOptions, SimulatorOptions } from "./provider-options.ts";
export type { Asked, ReceivedRequest } from "./received-request.ts";
export { requestOf } from "./request-of.ts";
export { resilienceWall, type OutageScope, type ResilienceWall } from "./resilience-wall.ts";
export { startProvider } from "./start-provider.ts";
export { storeConformance, type StoreConformanceOptions } from "./store-conformance.ts";
export type { Answer, Break, Insertion, Step, StreamPart, StreamShape } from "./step.ts";
export { countTokens } from "./text.ts";
