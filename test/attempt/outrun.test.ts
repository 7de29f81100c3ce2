import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/attempt/answer.ts";
import { AttemptFailure } from "../../src/attempt/failure.ts";
import { Interrupt } from "../../src/attempt/interrupt.ts";
import { outrun } from "../../src/attempt/outrun.ts";
import type { Run } from "../../src/attempt/runs.ts";

function runWith(answer: Promise<Answer>, interrupt = new Interrupt()): Run {
  return { answer, interrupt } as Run;
}

const response = Response.json({});

describe("an attempt that was outrun", () => {
  it("is interrupted by its rival", async () => {
    const interrupt = new Interrupt();
    await outrun(runWith(new Promise(() => undefined), interrupt), "chat");
    expect([interrupt.by, interrupt.signal.aborted]).toEqual(["rival", true]);
  });

  it("is not waited for when nothing comes of the interrupt", async () => {
    expect((await outrun(runWith(new Promise(() => undefined)), "chat")).kind).toBe("outrun");
  });

  it("fails as it has failed by itself", async () => {
    const failure = new AttemptFailure("server_error", "status 500");
    expect(await outrun(runWith(Promise.reject(failure)), "chat")).toBe(failure);
  });

  it("has used what its answer says, when that came in the same moment", async () => {
    const json = { choices: [{ message: { content: "Hello" } }], usage: { prompt_tokens: 3, completion_tokens: 4 } };
    const answer: Answer = { kind: "json", response, text: JSON.stringify(json), json };
    expect(await outrun(runWith(Promise.resolve(answer)), "chat")).toMatchObject({
      kind: "outrun",
      status: 200,
      usage: json.usage,
    });
  });

  it("has used what its answer holds, when that says nothing of it", async () => {
    const json = { choices: [{ message: { content: "Hello, hello, hello." } }] };
    const answer: Answer = { kind: "json", response, text: JSON.stringify(json), json };
    const { contentTokens } = await outrun(runWith(Promise.resolve(answer)), "chat");
    expect(contentTokens).toBeGreaterThan(0);
  });
});
