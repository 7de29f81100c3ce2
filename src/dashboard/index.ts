/**
 * A live page of what a router does, served by your own server.
 *
 * @module
 */
export { dashboard, type Dashboard } from "./dashboard.ts";
export type { Authorise, DashboardOptions } from "./options.ts";
export { askForPassword } from "./password.ts";
export { forNode, type NodeListener } from "./for-node.ts";
export { forFastify, type FastifyListener } from "./for-fastify.ts";
export { forHono, type HonoListener } from "./for-hono.ts";
