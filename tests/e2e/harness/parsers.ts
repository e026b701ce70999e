/** The parsers that a page may pass to `io()`; served as `/parsers.js`. */
import * as msgpack from "ferrio/msgpack";
import * as official from "socket.io-msgpack-parser";

import * as json from "./json-parser.ts";

export { json, msgpack, official };
