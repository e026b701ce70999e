import { init, io, type Socket } from "ferrio/slim";
import wasm from "ferrio/ferrio.wasm?url";

import { ask, server, type ClientToServer, type ServerToClient } from "./ask.js";

void init(wasm);
const socket: Socket<ServerToClient, ClientToServer> = io(server);
void ask(socket);
