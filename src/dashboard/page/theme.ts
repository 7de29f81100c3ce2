import { useEffect, useState } from "preact/hooks";

export type Theme = "auto" | "light" | "dark";

const themes: readonly Theme[] = ["auto", "light", "dark"];
const dark = matchMedia("(prefers-color-scheme: dark)");

function stored(): Theme {
  try {
    const theme = localStorage.getItem("modelrouter.theme");
    return themes.find((one) => one === theme) ?? "auto";
  } catch {
    return "auto";
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem("modelrouter.theme", theme);
  } catch {
    // Then it is chosen anew the next time.
  }
}

/** The colours that were chosen, and whether they are the dark ones. */
export function useTheme(): { readonly theme: Theme; readonly isDark: boolean; next(): void } {
  const [theme, setTheme] = useState(stored);
  const [systemDark, setSystemDark] = useState(dark.matches);
  useEffect(() => {
    const note = (): void => setSystemDark(dark.matches);
    dark.addEventListener("change", note);
    return () => dark.removeEventListener("change", note);
  }, []);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    store(theme);
  }, [theme]);
  const next = (): void => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length] ?? "auto");
  return { theme, isDark: theme === "auto" ? systemDark : theme === "dark", next };
}
