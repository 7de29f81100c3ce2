/** Calls back when what has come in by now was dealt with. Held, so that a caller who fakes timers does not wait for ever. */
export const afterThisTurn = setImmediate;
