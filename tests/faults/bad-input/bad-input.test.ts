import { floods } from "./floods.ts";
import { handshakes } from "./handshakes.ts";
import { http } from "./http.ts";
import { namespaces } from "./namespaces.ts";
import { attachments, events, packets } from "./packets.ts";
import { probes } from "./probes.ts";
import { declare } from "./runner.ts";
import { websockets } from "./websockets.ts";

// A server may send anything: every case ends as its table says, without a fault in the page, and the next good server works.
declare("handshakes", handshakes);
declare("namespaces", namespaces);
declare("packets", packets);
declare("events", events);
declare("attachments", attachments);
declare("requests", http);
declare("websockets", websockets);
declare("probes", probes);
declare("floods", floods, { concurrent: false });
