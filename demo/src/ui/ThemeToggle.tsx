import { useState } from "react";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** Goes round: as the system, light, dark. Not remembered: the next visit is as the system again. */
export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>("auto");
  const label = `Theme: ${theme}`;

  const next = () => {
    const following = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
    document.documentElement.dataset["theme"] = following;
    setTheme(following);
  };

  return (
    <button className="icon-button" aria-label={label} title={label} onClick={next}>
      <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="8.5" />
        {theme !== "light" && <path className="icon-fill" d={theme === "dark" ? "M12 3.5a8.5 8.5 0 0 1 0 17 8.5 8.5 0 0 1 0-17Z" : "M12 3.5a8.5 8.5 0 0 1 0 17Z"} />}
      </svg>
    </button>
  );
}
