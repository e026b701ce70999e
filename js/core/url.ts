import type { Origin } from "../host/index.js";
import type { Options } from "./options.js";

/** What a URL given to `io()` says. */
export interface Destination extends Origin {
  /** Scheme, host and port: equal for the same server, however it was written. */
  readonly id: string;
  readonly namespace: string;
  /** Without its question mark; empty when there is none. */
  readonly query: string;
}

/** Where the page comes from; absent outside browsers. */
type Place = Pick<Location, "protocol" | "host"> | undefined;

/**
 * Reads a URL in any of its forms: none (the page's origin), `/namespace`, `//host`, `host:port`, or complete, with
 * `http(s)` or `ws(s)`. The path is the namespace.
 */
export function parseUrl(url: string | undefined, place: Place = globalThis.location): Destination {
  const scheme = place?.protocol ?? "https:";
  url ||= "/";
  if (/^\/(?!\/)/.test(url)) url = (place?.host ?? "localhost") + url;
  if (url.startsWith("//")) url = scheme + url;
  const [, protocol = scheme.slice(0, -1), authority = "", namespace, query = ""] = /^(?:(https?|wss?):\/\/)?([^/?#]*)([^?#]*)\??([^#]*)/.exec(url)!;
  const secure = /[ps]s/.test(protocol);
  const usual = secure ? "443" : "80";
  // Without user and password: no browser puts them into a request.
  const [, name = "", given] = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?/.exec(authority)!;
  const port = given || usual;
  return {
    secure,
    host: name + (port === usual ? "" : `:${port}`),
    id: `${protocol}://${name}:${port}`,
    namespace: namespace || "/",
    query,
  };
}

/** The URL that options spell out when none is given; `undefined`: none do. */
export function urlOf({ host, hostname = host, port, secure }: Options): string | undefined {
  if ((hostname ?? port ?? secure) === undefined) return undefined;
  const { protocol, hostname: own = "localhost" } = globalThis.location ?? {};
  return `http${(secure ?? protocol === "https:") ? "s" : ""}://${hostname ?? own}${port === undefined ? "" : `:${port}`}`;
}
