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
export function parseUrl(url = "", place: Place = globalThis.location): Destination {
  // Nothing, or only a path: the page's host.
  if (/^(\/(?!\/)|$)/.test(url)) url = (place?.host ?? "localhost") + url;
  // Without user and password: no browser puts them into a request.
  const [, scheme = place?.protocol ?? "https:", name, given, namespace, query] =
    /^(?:(https?:|wss?:)?\/\/)?(?:[^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([^?#]*)\??([^#]*)/.exec(url)!;
  const secure = /[ps]s/.test(scheme);
  const usual = secure ? "443" : "80";
  const port = given || usual;
  return {
    secure,
    host: name + (port === usual ? "" : `:${port}`),
    id: `${scheme}//${name}:${port}`,
    namespace: namespace || "/",
    query: query!,
  };
}

/** The URL that options spell out when none is given; `undefined`: none do. */
export function urlOf({ host, hostname = host, port, secure }: Options): string | undefined {
  if ((hostname ?? port ?? secure) === undefined) return undefined;
  const { protocol, hostname: own = "localhost" } = globalThis.location ?? {};
  return `http${(secure ?? protocol === "https:") ? "s" : ""}://${hostname ?? own}${port === undefined ? "" : `:${port}`}`;
}
