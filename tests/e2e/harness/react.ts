/** React and the hooks of one build, as the test site serves them for `kit.react()`. */
export * as hooks from "ferrio/react";
export { useReady } from "ferrio/react/suspense";
export { default as React } from "react";
export { createRoot, hydrateRoot } from "react-dom/client";
export { flushSync } from "react-dom";
