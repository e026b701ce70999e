/** The client under test, resolved by the test page's import map. */
declare module "client" {
  export * from "socket.io-client";
}
