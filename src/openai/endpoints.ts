import type { Endpoint } from "../glossary.ts";

const routedPaths = new Map<string, Endpoint>([
  ["/chat/completions", "chat"],
  ["/responses", "responses"],
  ["/embeddings", "embeddings"],
  ["/completions", "completions"],
]);

const azurePath = /\/deployments\/[^/]+(\/(?:chat\/completions|completions|embeddings))$/;

/** The endpoint behind a path of the `openai` client, as in `client.post(path)`; undefined when it is not routed. */
export function endpointOfPath(path: string): Endpoint | undefined {
  return routedPaths.get(path);
}

const paths: Readonly<Record<Endpoint, string>> = {
  chat: "/chat/completions",
  responses: "/responses",
  embeddings: "/embeddings",
  completions: "/completions",
};

/** The path that `client.post` takes for an endpoint. */
export function pathOf(endpoint: Endpoint): string {
  return paths[endpoint];
}

/** The endpoint behind a whole URL under `baseURL`, or under any base that ends in a version such as `/v1`. */
export function endpointOfUrl(url: string, baseURL: string): Endpoint | undefined {
  if (!URL.canParse(url)) return undefined;
  const { pathname } = new URL(url);
  const azure = azurePath.exec(pathname)?.[1];
  if (azure !== undefined) return routedPaths.get(azure);
  const base = new URL(baseURL).pathname.replace(/\/+$/, "");
  const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname.replace(/^.*\/v\d+(?=\/)/, "");
  return routedPaths.get(path);
}
