import { useEffect, useState } from "react";

import type { Status } from "../client/connection.ts";

export function statusLabel(status: Status): string {
  switch (status.phase) {
    case "connected":
      return "Connected";
    case "connecting":
      return status.attempt === 0 ? "Connecting…" : `Reconnecting, attempt ${status.attempt}…`;
    case "reconnecting":
      return "Connection lost";
    case "disconnected":
      return "Disconnected";
  }
}

/** Whole seconds until `time` (ms since 1970), 0 once it is past. */
export function useSecondsUntil(time: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, [time]);
  return Math.max(0, Math.ceil((time - now) / 1000));
}

export function formatRoundTrip(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
