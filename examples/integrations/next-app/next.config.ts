import path from "node:path";
import type { NextConfig } from "next";

// The lock file of this folder is the one to go by.
export default { turbopack: { root: path.join(import.meta.dirname, "../../..") } } satisfies NextConfig;
