import { io, type Socket } from "ferrio";
import parser from "ferrio/msgpack";

import { ask, server, type ClientToServer, type ServerToClient } from "./ask.js";

const socket: Socket<ServerToClient, ClientToServer> = io(server, { parser });
void ask(socket);
