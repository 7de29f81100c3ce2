/**
 * Where a router gives the options that it goes by, for the copies that `modelrouter/testing` makes of it. Of the symbols that
 * all modules share, so that the ESM and the CJS copy of the package find it on each other's routers.
 */
export const optionsOf: unique symbol = Symbol.for("modelrouter.options");
