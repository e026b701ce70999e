import { createGzip, gzipSync } from "node:zlib";

import { openPacket, type Answer } from "../../e2e/harness/fake-server.ts";
import { broken, refused, works } from "./outcome.ts";
import type { Case } from "./runner.ts";

const HTML = "<!doctype html><title>hello</title>";
const NETWORK = broken("E_NETWORK", "transport error");
const STATUS = broken("E_HTTP_STATUS", "transport error");
const UNKNOWN = broken("E_SESSION_UNKNOWN", "transport error");
const MEGABYTE = 2 ** 20;

/** Answers to the requests of polling: the GET for a session (`open`), the GETs and the POSTs within one (`poll`, `post`). */
export const http: readonly Case[] = ([
  { name: "a web page for a session", open: page, expect: refused("E_NOT_SOCKETIO") },
  { name: "a web page for a GET", poll: page, expect: broken() },
  { name: "a web page for a POST", post: page, expect: works() },
  { name: "status 204 for a session", open: status(204), expect: refused("E_NOT_SOCKETIO") },
  { name: "status 204 for a GET", poll: status(204), expect: broken() },
  { name: "status 204 for a POST", post: status(204), expect: works() },
  { name: "an empty body for a session", open: status(200), expect: refused("E_NOT_SOCKETIO") },
  { name: "status 201 with a handshake", open: (response) => response.writeHead(201).end(openPacket()), expect: works() },

  ...[304, 400, 403, 404, 413, 429, 500, 502, 504].flatMap((code): Case[] => [
    { name: `status ${code} for a session`, open: status(code), expect: refused("E_HTTP_STATUS") },
    { name: `status ${code} for a GET`, poll: status(code), expect: STATUS },
    { name: `status ${code} for a POST`, post: status(code), expect: STATUS },
  ]),
  { name: "status 404 with a handshake", open: (response) => response.writeHead(404).end(openPacket()), expect: refused("E_HTTP_STATUS") },
  { name: "a GET for a session that socketioxide does not know", poll: (response) => response.writeHead(400).end('{"code":"1","message":"Session ID unknown"}'), expect: UNKNOWN },
  { name: "a GET for a session that python-socketio does not know", poll: (response) => response.writeHead(400).end('"Invalid session fake-session"'), expect: UNKNOWN },
  ...["Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden", "Unsupported protocol version"].flatMap((message, code): Case[] => {
    const error: Answer = (response) => response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ code, message }));
    const name = code === 1 ? "E_SESSION_UNKNOWN" : "E_HTTP_STATUS";
    return [
      { name: `error ${code} for a session`, open: error, expect: refused(name) },
      { name: `error ${code} for a GET`, poll: error, expect: broken(name, "transport error") },
      { name: `error ${code} for a POST`, post: error, expect: broken(name, "transport error") },
    ];
  }),
  { name: "an error that is not JSON", open: (response) => response.writeHead(400).end('{"code":'), expect: refused("E_HTTP_STATUS") },
  { name: "an error with a body of 1 MB", poll: (response) => response.writeHead(500).end("x".repeat(MEGABYTE)), expect: STATUS },

  { name: "a redirect to itself for ever", open: redirect(({ req }) => req.url!), expect: refused("E_NETWORK") },
  { name: "a redirect to itself once", open: (response) => !hopped(response) && redirect(({ req }) => `${req.url}&hop`)(response), expect: works() },
  { name: "a redirect to another origin", open: (response) => !hopped(response) && redirect(({ req }) => `http://localhost:${req.socket.localPort}${req.url}&hop`)(response), expect: works() },
  { name: "a redirect to a web page", open: (response) => (hopped(response) ? page : redirect(({ req }) => `${req.url}&hop`))(response), expect: refused("E_NOT_SOCKETIO") },
  { name: "a redirect to an origin that does not answer", open: redirect(() => "http://127.0.0.1:9/"), expect: refused("E_NETWORK") },
  { name: "a redirect to a path without CORS", open: redirect(() => "/elsewhere"), expect: refused("E_NETWORK") },
  { name: "a redirect to another protocol", open: redirect(() => "data:text/plain,0{}"), expect: refused("E_NETWORK") },
  { name: "a redirect without a place", open: status(302), expect: refused("E_HTTP_STATUS") },
  { name: "a redirect of a GET for ever", poll: redirect(({ req }) => req.url!), expect: NETWORK },
  { name: "a redirect of a POST to an origin that does not answer", post: redirect(() => "http://127.0.0.1:9/"), expect: NETWORK },

  { name: "a truncated handshake", open: truncated(openPacket()), expect: refused("E_NETWORK") },
  { name: "a truncated body", poll: truncated('42["e"]'), expect: NETWORK },
  { name: "chunks that end too early", poll: chunksThatStop, expect: NETWORK },
  { name: "a content-length that is too small", open: (response) => response.socket!.end(raw("Content-Length: 20", openPacket())), expect: refused("E_PROTOCOL") },
  { name: "a content-length that is no number", open: (response) => response.socket!.end(raw("Content-Length: x", openPacket())), expect: works() },
  { name: "two values of content-length", open: (response) => response.socket!.end(raw("Content-Length: 3\r\nContent-Length: 4", openPacket())), expect: refused("E_NETWORK") },
  { name: "no HTTP", open: (response) => response.socket!.end("0{}\r\n\r\n"), expect: refused("E_NETWORK") },
  { name: "a connection cut before the answer to a session", open: cut, expect: refused("E_NETWORK") },
  { name: "a connection cut before the answer to a GET", poll: cut, expect: NETWORK },
  { name: "a connection cut before the answer to a POST", post: cut, expect: NETWORK },
  { name: "no answer to a POST", handshake: openPacket({ pingInterval: 3000, pingTimeout: 3000 }), post: () => {}, poll: () => {}, expect: { ...broken("", "ping timeout"), rounds: 1 } },
  { name: "a handshake that never ends", open: (response) => void response.write(openPacket()), timeout: 400, expect: refused("E_TIMEOUT") },
  { name: "bytes that are no UTF-8", poll: (response) => response.end(Buffer.from([0xff, 0xfe, 0x80])), expect: broken() },
  { name: "no UTF-8 in a text", poll: once((response) => response.end(Buffer.from('42["\xff"]', "latin1"))), expect: works('event ["\ufffd"]') },
  { name: "a handshake behind a byte order mark", open: (response) => response.end(`\ufeff${openPacket()}`), expect: works() },
  { name: "a body that is not the gzip it claims to be", poll: (response) => response.writeHead(200, { "content-encoding": "gzip" }).end("42[]"), expect: NETWORK },
  { name: "a body in an unknown encoding", poll: (response) => response.writeHead(200, { "content-encoding": "rot13" }).end("42[]"), expect: broken() },
  { name: "a truncated gzip body", poll: (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('42["e"]'.repeat(1000)).subarray(0, 30)), expect: broken() },

  { name: "a body for a session that does not end", open: endless, expect: refused("E_PAYLOAD_TOO_LARGE") },
  { name: "a body for a GET that does not end", poll: endless, expect: broken("E_PAYLOAD_TOO_LARGE", "transport error") },
  { name: "an error whose body does not end", poll: (response) => endless(response.writeHead(500)), expect: STATUS },
  { name: "an error whose body stops", poll: (response) => void response.writeHead(500).write("beginning"), expect: STATUS },
  { name: "an answer to a POST that does not end", post: endless, expect: works() },
  { name: "a gzip bomb for a session", open: bomb, expect: refused("E_PAYLOAD_TOO_LARGE") },
  { name: "a gzip bomb for a GET", poll: bomb, expect: broken("E_PAYLOAD_TOO_LARGE", "transport error") },
] satisfies Case[]).map((given: Case): Case => ({ over: "polling", ...given }));

function page(response: Parameters<Answer>[0]): void {
  response.writeHead(200, { "content-type": "text/html" }).end(HTML);
}

function cut(response: Parameters<Answer>[0]): void {
  response.socket!.resetAndDestroy();
}

function status(code: number): Answer {
  return (response) => response.writeHead(code).end();
}

function redirect(to: (response: Parameters<Answer>[0]) => string): Answer {
  return (response) => response.writeHead(302, { location: to(response) }).end();
}

function hopped({ req }: Parameters<Answer>[0]): boolean {
  return req.url!.endsWith("&hop");
}

/** `answer` for the first request only. */
function once(answer: Answer): Answer {
  let requests = 0;
  return (response) => (requests++ === 0 ? answer(response) : false);
}

/** A whole answer with this header, byte by byte. */
function raw(header: string, body: string): string {
  return `HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n${header}\r\nConnection: close\r\n\r\n${body}`;
}

function truncated(body: string): Answer {
  return (response) => {
    response.writeHead(200, { "content-length": body.length + 100 });
    response.write(body, () => response.socket!.end());
  };
}

function chunksThatStop(response: Parameters<Answer>[0]): void {
  response.write('42["e"]', () => response.socket!.end());
}

/** Sends until nobody reads any more. What no client may take stops by itself, so that a missing limit costs no machine. */
function endless(response: Parameters<Answer>[0]): void {
  const piece = "6\x1e".repeat(MEGABYTE / 2);
  let sent = 0;
  const send = (): void => {
    while (!response.destroyed && sent++ < 80 && response.write(piece));
  };
  response.on("drain", send);
  send();
}

/** 200 MB of blanks in 200 KB; the body stays open, so that only a limit ends it. */
function bomb(response: Parameters<Answer>[0]): void {
  response.writeHead(200, { "content-encoding": "gzip" });
  const gzip = createGzip();
  gzip.pipe(response);
  const blank = Buffer.alloc(MEGABYTE, "6\x1e");
  for (let i = 0; i < 200; i++) gzip.write(blank);
  gzip.flush();
}
