/**
 * Colours that stay apart for people who see red and green alike: those of Okabe and Ito (https://jfly.uni-koeln.de/color/),
 * made darker on white and lighter on black until each has a contrast of 3:1 to its ground.
 */
const light = ["#0072b2", "#c77700", "#00845f", "#b65a8e", "#3d94c9", "#c24e00", "#6d7683"];
const dark = ["#56b4e9", "#e69f00", "#2fc79b", "#e39ac3", "#8ec7ff", "#ff8f4d", "#9aa4b2"];

const bad = { light: "#b23a00", dark: "#ff8f4d" };
const soft = { light: "#3d94c9", dark: "#56b4e9" };
const plain = { light: { grid: "#e6e9ee", text: "#566070" }, dark: { grid: "#262d38", text: "#9aa4b2" } };

export interface Colours {
  /** Of the so-manieth of several. */
  of(place: number): string;
  readonly bad: string;
  readonly soft: string;
  readonly grid: string;
  readonly text: string;
  /** Of three percentiles, the higher the stronger. */
  readonly percentiles: readonly [string, string, string];
}

export function coloursOf(isDark: boolean): Colours {
  const list = isDark ? dark : light;
  const name = isDark ? "dark" : "light";
  return {
    of: (place) => list[place % list.length] ?? "#6d7683",
    bad: bad[name],
    soft: soft[name],
    ...plain[name],
    percentiles: isDark ? ["#8ec7ff", "#2f8fd6", "#e69f00"] : ["#6aaede", "#0072b2", "#b06a00"],
  };
}
