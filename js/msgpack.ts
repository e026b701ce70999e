import { Decoder } from "./msgpack/decoder.js";
import { Encoder } from "./msgpack/encoder.js";

export { Decoder, Encoder };

/** The parser: `io(url, { parser })`. */
export default { Encoder, Decoder };
