import { useEffect, useRef, type ReactNode } from "react";

import { Icon } from "./Icon.tsx";

interface DrawerProps {
  /** What a button names in `popoverTarget` to open it. */
  id: string;
  side: "start" | "end";
  label: string;
  children: ReactNode;
}

/** A column beside the conversation; on narrow screens, a panel that a button slides in. Escape and a tap outside close it. */
export function Drawer({ id, side, label, children }: DrawerProps) {
  const element = useRef<HTMLElement>(null);

  useEffect(() => {
    const close = () => element.current?.matches(":popover-open") && element.current.hidePopover();
    const wide = matchMedia("(min-width: 64rem)");
    wide.addEventListener("change", close);
    window.addEventListener("hashchange", close);
    return () => {
      wide.removeEventListener("change", close);
      window.removeEventListener("hashchange", close);
    };
  }, []);

  return (
    <aside ref={element} id={id} className={`drawer drawer-${side}`} popover="auto" aria-label={label}>
      <button className="icon-button drawer-close narrow-only" popoverTarget={id} popoverTargetAction="hide" aria-label="Close">
        <Icon name="close" />
      </button>
      {children}
    </aside>
  );
}
