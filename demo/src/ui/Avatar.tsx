import type { User } from "../../shared/events.ts";

export function Avatar({ user }: { user: User }) {
  return (
    <span className="avatar" style={{ "--hue": hue(user.id) } as React.CSSProperties} aria-hidden="true">
      {initials(user.name)}
    </span>
  );
}

/** The same colour for the same person, everywhere. */
export function hue(id: string): number {
  let hash = 7;
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) % 3600;
  return hash % 360;
}

function initials(name: string): string {
  const [first = "", ...others] = name.split(" ");
  return [first, others.at(-1) ?? ""].map((word) => Array.from(word)[0] ?? "").join("").toUpperCase();
}
