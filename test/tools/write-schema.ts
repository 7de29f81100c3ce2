import { writeFile } from "node:fs/promises";
import { configSchemaText } from "../config/json-schema/config-schema.ts";

await writeFile(new URL("../../schema.json", import.meta.url), configSchemaText());
