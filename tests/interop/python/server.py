"""The test contract (see ../behaviour.test.ts) on python-socketio with uvicorn.

    python server.py '{ "port": 0, "origins": ["http://..."], ... }'
"""

import asyncio
import json
import sys

import socketio
import uvicorn

settings = json.loads(sys.argv[1])

options = {"async_mode": "asgi", "cors_allowed_origins": settings["origins"]}
if "pingInterval" in settings:
    options["ping_interval"] = settings["pingInterval"] / 1000  # seconds here
if "pingTimeout" in settings:
    options["ping_timeout"] = settings["pingTimeout"] / 1000
if settings.get("msgpack"):
    options["serializer"] = "msgpack"
sio = socketio.AsyncServer(**options)

left = {}
"""Why a socket left, by its id."""


class Contract(socketio.AsyncNamespace):
    async def on_connect(self, sid, environ, auth):
        # Sent before the answer to CONNECT, which python-socketio gives when this handler returns.
        await self.emit("welcome", auth, to=sid)

    async def on_echo(self, sid, value):
        await self.emit("echo", value, to=sid)

    async def on_swap(self, sid, a, b, c):
        return c, b, a

    async def on_ask(self, sid, value):
        answer = await self.call("question", (value, "and", 3), to=sid)
        await self.emit("answer", answer, to=sid)

    async def on_count(self, sid, n):
        for i in range(n):
            await self.emit("n", i, to=sid)

    async def on_kick(self, sid):
        await self.disconnect(sid)

    async def on_seen(self, sid, other):
        return left.get(other)

    async def on_disconnect(self, sid, reason):
        left[sid] = reason


class Guarded(Contract):
    async def on_connect(self, sid, environ, auth):
        if (auth or {}).get("token") != "good":
            raise socketio.exceptions.ConnectionRefusedError("not authorized", {"code": 401, "hint": ["é", None]})
        await super().on_connect(sid, environ, auth)


for namespace in (Contract("/"), Contract("/custom"), Guarded("/auth")):
    sio.register_namespace(namespace)


async def main():
    app = socketio.ASGIApp(sio)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=settings["port"], log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        print("listening", server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


asyncio.run(main())
