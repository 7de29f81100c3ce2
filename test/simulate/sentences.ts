/** What must hold for every schedule, in a sentence each: by the name of the property. */
export const sentences = {
  playsToItsEnd: "A schedule can be played to its end: nothing is waited for that nothing can bring about.",
  everyCallEndsOnce: "Every call ends for its caller exactly once, and its record once.",
  callsAreAnswersAndErrors:
    "Calls are answers and errors and those that were aborted, in the counters as in the records and for the callers.",
  errorsAreTyped: "Whatever a caller catches has a type: the router's code, or a class of the openai package.",
  attemptsKeepToTheirBound: "No call tries more often than its chain, its retries and its keys allow.",
  requestsAreAttempts:
    "No provider is asked more often than the records say, and less only where an attempt was cut before it was sent.",
  keysStayAtTheirHost: "A key is never shown to another host than its own.",
  modelsStayAtTheirHost: "A target is only called at its own host.",
  textIsWhole:
    "What a caller reads is what one provider said: all of it, or its beginning; nothing is lost, repeated or mixed.",
  limitsHold: "No target, and no client, is asked more than its limits allow: at the same time, or within any minute.",
  breakersHold: "While a breaker is not closed, one call at a time gets through to its target.",
  budgetsHold: "A budget is never passed, unless it only warns, and holds nothing when no call is in flight.",
  holdsEndOnce: "What was taken from an account is settled exactly once.",
  deadlinesHold: "No call lasts longer than its deadline, nor `within()` longer than it was given.",
  costsAddUp: "What the counters say calls cost is what the records say.",
  glassIsKept: "A break-glass target is told of when it is used, and never used for a batch that did not name it.",
  nothingGoesOn:
    "When all calls have ended and the router is closed, nothing goes on: no timer, no call in flight, no request at a provider.",
  healthyTargetsServeAgain:
    "When everything is well again, each target answers the first call to it at its first attempt.",
} as const;
