import { useInsertionEffect, useRef } from "react";

/** What the component rendered last. For effects and listeners, not for rendering. */
export function useRendered<T>(value: T): { readonly current: T } {
  const rendered = useRef(value);
  // Before all other effects, and before anything that they listen to can happen.
  useInsertionEffect(() => {
    rendered.current = value;
  });
  return rendered;
}
