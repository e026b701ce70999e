import { io, type Socket } from "ferrio";

import { ask, server, type ClientToServer, type ServerToClient } from "./ask.js";

const socket: Socket<ServerToClient, ClientToServer> = io(server);
void ask(socket);
