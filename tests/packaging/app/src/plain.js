// No bundler: the browser loads the package's files as they are.
import { io } from "/node_modules/ferrio/dist/index.js";

const socket = io(new URLSearchParams(location.search).get("server"));
socket.emitWithAck("sum", 20, 22).then((result) => (document.body.textContent = `The answer is ${result}`));
