import assert from "node:assert/strict";
import { createRequire } from "node:module";
import OpenAI from "openai";
import * as modelrouter from "modelrouter";
import * as planning from "modelrouter/planning";
import * as redis from "modelrouter/stores/redis";
import * as simulation from "modelrouter/simulation";
import * as testing from "modelrouter/testing";
import { journey } from "./journey.cjs";

const error = await journey({ OpenAI, modelrouter, testing, planning, redis, simulation });

const commonJsCopy = createRequire(import.meta.url)("modelrouter");
assert(!(error instanceof commonJsCopy.AllTargetsFailedError), "the two copies are one: this test tests nothing");
assert(commonJsCopy.isRouterError(error), "the CJS copy does not know an error of the ESM copy");
