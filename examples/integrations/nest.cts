// NestJS as CommonJS: the router is a provider of the module, and is drained when the application shuts down.
import "reflect-metadata";
import { Readable } from "node:stream";
import {
  Body,
  Controller,
  Inject,
  Module,
  Post,
  Res,
  StreamableFile,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { Response } from "express";
import { ModelRouter } from "modelrouter";
import { startProvider } from "modelrouter/testing";
import OpenAI from "openai";

const ROUTER = Symbol("ROUTER");

@Controller("chat")
class ChatController implements OnApplicationShutdown {
  constructor(@Inject(ROUTER) private readonly router: ModelRouter) {}

  @Post()
  async chat(
    @Body("messages") messages: OpenAI.ChatCompletionMessageParam[],
    @Res({ passthrough: true }) response: Response,
  ) {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const { signal } = gone;
    const stream = await this.router.chat.completions.create({ model: "auto", messages, stream: true }, { signal });
    const text = async function* () {
      for await (const { choices } of stream) yield Buffer.from(choices[0]?.delta.content ?? "");
    };
    return new StreamableFile(Readable.from(text(), { objectMode: false }), { type: "text/plain; charset=utf-8" });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.router.drain();
  }
}

async function main(): Promise<void> {
  await using provider = await startProvider();
  const client = new OpenAI({ baseURL: provider.url, apiKey: "any" });
  const tiers = { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B"] };
  const useFactory = () => new ModelRouter({ client, tiers });

  @Module({ controllers: [ChatController], providers: [{ provide: ROUTER, useFactory }] })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: false, forceCloseConnections: true });
  await app.listen(0, "127.0.0.1");
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ messages: [{ role: "user", content: "What is the capital of France?" }] });
  const url = `${await app.getUrl()}/chat`;

  provider.fail("deepseek-ai/DeepSeek-V4-Flash", "emptyStream");
  console.log(await (await fetch(url, { method: "POST", headers, body })).text());
  //=> This is Qwen/Qwen3-32B, played by the provider simulator.

  // A browser that leaves after the first words: the model is told to stop.
  provider.setModel("Qwen/Qwen3-32B", { reply: "and so on ".repeat(10_000), chunkDelayMs: 5 });
  const leaves = new AbortController();
  const early = await fetch(url, { method: "POST", headers, body, signal: leaves.signal });
  await early.body?.getReader().read();
  leaves.abort();
  await provider.idle();
  console.log(provider.requests.at(-1)?.aborted);
  //=> true
  await app.close();
}

void main();
