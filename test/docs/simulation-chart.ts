import {
  simulate,
  type Minute,
  type Simulation,
  type SimulatedOutage,
  type SimulatedTraffic,
} from "modelrouter/simulation";

/** The run that docs/16-simulation.md shows. */
const config = {
  client: { baseURL: "https://global-apis.com/v1", apiKeyEnv: "GLOBAL_API_KEY" },
  targets: { backup: { model: "gpt-4o-mini", client: "direct", price: 0.5 } },
  clients: { direct: { apiKeyEnv: "OPENAI_API_KEY" } },
  tiers: { cheap: ["deepseek-ai/DeepSeek-V4-Flash", "Qwen/Qwen3-32B", "backup"] },
};
const traffic: SimulatedTraffic = { hours: 2, callsPerSecond: 0.5 };
const outages: readonly SimulatedOutage[] = [
  { target: "deepseek-ai/DeepSeek-V4-Flash", from: "25m", for: "40m", kind: "down" },
  { target: "Qwen/Qwen3-32B", from: "45m", for: "10m", kind: "unavailable" },
  { target: "deepseek-ai/DeepSeek-V4-Flash", from: "85m", for: "20m", kind: "unavailable", share: 0.5 },
];
const spans = [
  { fromMinute: 25, untilMinute: 65, label: "DeepSeek down" },
  { fromMinute: 45, untilMinute: 55, label: "Qwen 503", row: 1 },
  { fromMinute: 85, untilMinute: 105, label: "DeepSeek: half 503" },
];

/** Plays the run and draws it. */
export async function simulationChart(): Promise<string> {
  return chartOf(await simulate(config, traffic, outages));
}

const width = 860;
const height = 340;
const plot = { left: 48, right: 16, top: 64, bottom: 36 };
const classes = ["one", "two", "three"];

/** Calls a minute, stacked by the target that answered, and the outages above them. */
function chartOf({ timeline, failed: failures }: Simulation): string {
  const names = [...config.tiers.cheap, ...(failures > 0 ? [failed] : [])];
  const minutes = timeline.length;
  const most = Math.ceil(Math.max(...timeline.map(({ calls }) => calls)) / 10) * 10;
  const x = (minute: number): number => plot.left + (minute / minutes) * (width - plot.left - plot.right);
  const y = (calls: number): number => height - plot.bottom - (calls / most) * (height - plot.top - plot.bottom);
  const scale = { x, y, most, minutes };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">`,
    `<style>${style}</style>`,
    ...spans.flatMap((span) => outage(span, scale)),
    ...axes(scale),
    ...timeline.flatMap((minute) => bars(minute, names, scale)),
    ...names.flatMap((name, at) => legend(name, at)),
    `<text x="${width - plot.right}" y="21" text-anchor="end">calls a minute, by the target that answered</text>`,
    "</svg>",
    "",
  ].join("\n");
}

const label = "Calls answered each minute, by target, while targets are down";
const failed = "not answered";

const style = [
  "text{font:12px system-ui,sans-serif;fill:#57606a}",
  ".one{fill:#3b7dd8}.two{fill:#e09f3e}.three{fill:#5aa469}.failed{fill:#d1495b}",
  ".grid{stroke:#8c959f;stroke-opacity:.3}.outage{fill:#8c959f;fill-opacity:.15}",
  "@media(prefers-color-scheme:dark){text{fill:#b1bac4}.one{fill:#5b9bf0}.two{fill:#f0b45e}.three{fill:#74bd83}.failed{fill:#f0697b}}",
].join("");

interface Scale {
  x(minute: number): number;
  y(calls: number): number;
  readonly most: number;
  readonly minutes: number;
}

function outage({ fromMinute, untilMinute, label: words, row = 0 }: (typeof spans)[number], { x, y }: Scale): string[] {
  const left = x(fromMinute);
  const top = plot.top - 22 + row * 14;
  const size = `width="${fixed(x(untilMinute) - left)}" height="${fixed(y(0) - top)}"`;
  const text = `<text x="${fixed(left + 4)}" y="${fixed(top + 11)}" font-size="11">${words}</text>`;
  return [`<rect class="outage" x="${fixed(left)}" y="${fixed(top)}" ${size}/>`, text];
}

function axes({ x, y, most, minutes }: Scale): string[] {
  const rows = [0, most / 2, most].flatMap((calls) => [
    `<line class="grid" x1="${plot.left}" x2="${width - plot.right}" y1="${fixed(y(calls))}" y2="${fixed(y(calls))}"/>`,
    `<text x="${plot.left - 8}" y="${fixed(y(calls) + 4)}" text-anchor="end">${calls}</text>`,
  ]);
  const marks = Array.from({ length: Math.floor(minutes / 15) + 1 }, (_, at) => at * 15);
  const columns = marks.map(
    (minute) => `<text x="${fixed(x(minute))}" y="${height - 14}" text-anchor="middle">${minute} min</text>`,
  );
  return [...rows, ...columns.slice(0, -1)];
}

function bars({ minute, calls, byTarget }: Minute, names: readonly string[], { x, y }: Scale): string[] {
  const answered = Object.values(byTarget).reduce((sum, count) => sum + count, 0);
  const counts: Record<string, number> = { ...byTarget, [failed]: calls - answered };
  let below = 0;
  return names.flatMap((name, at) => {
    const count = counts[name] ?? 0;
    if (count === 0) return [];
    const size = `width="${fixed(x(1) - x(0) - 0.5)}" height="${fixed(y(0) - y(count))}"`;
    below += count;
    return [`<rect class="${classes[at] ?? "failed"}" x="${fixed(x(minute))}" y="${fixed(y(below))}" ${size}/>`];
  });
}

function legend(name: string, at: number): string[] {
  const left = plot.left + at * 150;
  return [
    `<rect class="${classes[at] ?? "failed"}" x="${left}" y="12" width="10" height="10"/>`,
    `<text x="${left + 16}" y="21">${name.split("/").at(-1)}</text>`,
  ];
}

function fixed(number: number): string {
  return String(Math.round(number * 10) / 10);
}
