/** The client under test, resolved by the test page's import map. */
declare module "client" {
  export * from "socket.io-client";
}

/** `parsers.ts`, as the test site serves it. */
declare module "parsers" {
  export const json: any;
  export const msgpack: any;
  export const official: any;
}
