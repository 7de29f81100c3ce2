import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { modelrouter, modelrouterHere } from "./modelrouter.ts";

describe("modelrouter", () => {
  it.each([[[]], [["--help"]], [["-h"]], [["help"]]])("lists its commands for %j", async (args) => {
    const { code, stdout, stderr } = await modelrouterHere(...args);
    expect(stdout).toMatch(/^Usage: modelrouter <command> \[options\]\n\nCommands:\n {2}plan {6}what a mix/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("tells its version", async () => {
    const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    expect(await modelrouter("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each([
    ["paln", `no command "paln" (did you mean "plan"?)`],
    ["--jsn", `no command "--jsn"; there is plan, check, describe, explain, schema`],
  ])("ends with 2 for %s", async (name, fault) => {
    expect(await modelrouterHere(name)).toEqual({
      code: 2,
      stdout: "",
      stderr: `modelrouter: ${fault}\nTry: modelrouter --help\n`,
    });
  });

  it("tells a process by its exit code what was at fault", async () => {
    const codes = await Promise.all(
      [[], ["plan", "--mix", "nobody=100"], ["plan", "--jsn"]].map((args) => modelrouter(...args)),
    );
    expect(codes.map(({ code }) => code)).toEqual([0, 1, 2]);
  });
});
