"use strict";

const OpenAI = require("openai");
const modelrouter = require("modelrouter");
const planning = require("modelrouter/planning");
const redis = require("modelrouter/stores/redis");
const simulation = require("modelrouter/simulation");
const testing = require("modelrouter/testing");
const { journey } = require("./journey.cjs");

void journey({ OpenAI, modelrouter, testing, planning, redis, simulation });
