import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { completionJson, errorJson } from "./answers.ts";
import { deadModel } from "./dead-model.ts";

// A provider as fast as node:http allows, in a process of its own: what is measured is the client.
const answer = Buffer.from(completionJson);
const error = Buffer.from(errorJson);
const deadMark = Buffer.from(`{"model":"${deadModel}"`);

const server = createServer((request, response) => {
  let dead: boolean | undefined;
  request.on("data", (chunk: Buffer) => {
    dead ??= chunk.subarray(0, deadMark.length).equals(deadMark);
  });
  request.on("end", () => {
    const body = dead === true ? error : answer;
    response.writeHead(dead === true ? 500 : 200, {
      "content-type": "application/json",
      "content-length": body.length,
      "x-request-id": "req_4f1c0a6d2b9e4c7f8a5d3e1b7c9f0a2d",
    });
    response.end(body);
  });
});

// A connection that is closed between two rounds would fail a call or cost a new one.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.send?.(port);
});
process.on("disconnect", () => process.exit());
