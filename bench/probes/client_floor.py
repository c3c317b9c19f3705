"""The client library against a bare server in another process: what the harness itself costs."""

import asyncio
import json
import multiprocessing
import os
import time
from multiprocessing.connection import Connection

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

SIZE = 10_000_000
ECHOES = 5_000
PUSHES = 10


def echo_server(pipe: Connection) -> None:
    """Echo small frames; answer b"push" with 10 MB. Ends with its parent."""
    payload = os.urandom(SIZE)

    async def handle(socket: ServerConnection) -> None:
        async for message in socket:
            await socket.send(payload if message == b"push" else message)

    async def main() -> None:
        async with serve(handle, "localhost", 0, compression=None) as server:
            pipe.send(next(iter(server.sockets)).getsockname()[1])
            await server.serve_forever()

    asyncio.run(main())


async def client(port: int) -> dict[str, float]:
    """Return ms per round trip, ms of this process's CPU for one, MB/s received."""
    async with connect(
        f"ws://localhost:{port}", max_size=None, max_queue=None, compression=None, proxy=None
    ) as socket:
        times = []
        cpu = time.process_time()
        for _ in range(ECHOES):
            started = time.perf_counter()
            await socket.send('{"method":"update","state":{"value":1},"buffer_paths":[]}')
            await socket.recv(decode=False)
            times.append(time.perf_counter() - started)
        cpu = (time.process_time() - cpu) / ECHOES
        pushes = []
        for _ in range(PUSHES):
            started = time.perf_counter()
            await socket.send(b"push")
            await socket.recv()
            pushes.append(time.perf_counter() - started)
    return {
        "echo": 1000 * sorted(times)[ECHOES // 2],
        "cpu": 1000 * cpu,
        "receive": SIZE / sorted(pushes)[PUSHES // 2] / 1e6,
    }


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=echo_server, args=(theirs,), daemon=True)
    process.start()
    print(json.dumps(asyncio.run(client(ours.recv()))))
    process.kill()
