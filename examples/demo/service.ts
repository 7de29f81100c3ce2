import { type Provider, startProvider } from "modelrouter/testing";

/** Keys of the simulated service: like the real one it takes plain ids with one, and `Pro/` ids with the other. */
export const keys = { standard: "ga_simulated", pro: "ga_pro_simulated" };

export const defaultModel = "deepseek-ai/DeepSeek-V4-Flash";

const answer =
  "Here is what I found. The short version comes first, because most readers stop there. The longer version names the " +
  "assumptions, works through them one at a time, and says where the data is thin. Last comes what I would do next, who " +
  "should decide it, and which figure would change my mind. ";

/** Plays https://global-apis.com/v1 on this machine: same ids, same rules for keys, quicker answers. */
export function startService(): Promise<Provider> {
  return startProvider({
    keys: { [keys.standard]: { refuses: "Pro/*" }, [keys.pro]: { allows: "Pro/*" } },
    models: {
      [defaultModel]: {
        reply: answer,
        latencyMs: [25, 70],
        ttftMs: [30, 60],
        chunkDelayMs: [1, 4],
        chunks: 12,
      },
      "Qwen/Qwen3-32B": {
        reply: answer.repeat(2),
        latencyMs: [35, 90],
        ttftMs: [40, 80],
        chunkDelayMs: [1, 5],
        chunks: 16,
      },
      "Pro/deepseek-ai/DeepSeek-V3.2": {
        reply: answer.repeat(4),
        latencyMs: [50, 120],
        ttftMs: [45, 90],
        chunkDelayMs: [2, 5],
        chunks: 20,
      },
    },
  });
}
