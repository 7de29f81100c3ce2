import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = new URL("src/dashboard/page/", import.meta.url);

/** Whose code is in the script; their licences ask to be named with it. */
const libraries = ["preact", "uplot"];

async function licences(): Promise<string> {
  const texts = await Promise.all(
    libraries.map(async (name) => {
      const text = await readFile(new URL(`node_modules/${name}/LICENSE`, import.meta.url), "utf8");
      return `/*! This file has code of ${name}:\n\n${text.trim()}\n*/\n`;
    }),
  );
  return texts.join("");
}

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, folder))],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: ["chrome115", "firefox115", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    outdir: "page",
  });
  return outputFiles[0]?.text ?? "";
}

/** The page of the dashboard as text, for what the build and the tests put in the place of names in `src/dashboard/assets.ts`. */
export async function dashboardPage(): Promise<Record<string, string>> {
  const [script, style, licence] = await Promise.all([bundled("main.tsx"), bundled("page.css"), licences()]);
  return { dashboardScript: JSON.stringify(licence + script), dashboardStyle: JSON.stringify(style) };
}
