import type * as z from "zod";
import type { LimitOptions, TargetLimitOptions, WaitingOptions } from "../options.ts";
import { flag, options, quantity } from "./fields.ts";
import { quantities } from "./quantities.ts";

const { count, limitCount, limitMs } = quantities;

const limits = {
  requestsPerMinute: quantity(limitCount).optional(),
  tokensPerMinute: quantity(limitCount).optional(),
  concurrency: quantity(limitCount).optional(),
};

export const limitOptions = options(limits) satisfies z.ZodType<LimitOptions, LimitOptions>;

export const targetLimitOptions = options({
  ...limits,
  learn: flag.optional(),
}) satisfies z.ZodType<TargetLimitOptions, TargetLimitOptions>;

export const waitingOptions = options({
  maxWaiting: quantity(count).optional(),
  maxWaitMs: quantity(limitMs).optional(),
}) satisfies z.ZodType<WaitingOptions, WaitingOptions>;
