// The dashboard beside your own routes, behind a password.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ModelRouter } from "modelrouter";
import { askForPassword, dashboard, forNode } from "modelrouter/dashboard";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

await using provider = await startProvider();
await using router = new ModelRouter({
  client: new OpenAI({ baseURL: provider.url, apiKey: "any" }),
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] },
});

const password = process.env["DASHBOARD_PASSWORD"] ?? "only for this example";
const showDashboard = forNode(dashboard(router, { authorise: askForPassword(password) }));

const server = createServer((request, response) => {
  if (/^\/router(?:\/|$)/.test(request.url ?? "")) showDashboard(request, response);
  else response.end("Hello\n");
});
await once(server.listen(0, "127.0.0.1"), "listening"); // open http://127.0.0.1:…/router

const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/router`;
const authorization = `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;
for (const headers of [{}, { authorization }]) console.log((await fetch(url, { headers })).status);
//=> 401
//=> 200
server.close();
