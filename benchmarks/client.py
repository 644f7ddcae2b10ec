"""A client that costs little: HTTP/1.1 on kept connections, one request at a time on each."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.figures import Times

HELLO = {"language": "python", "source": "print('hello')"}


class Connection:
    """One kept connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> Connection:
        """Connect to the server on this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, path: str, body: object) -> dict[str, Any]:
        """Post JSON; the JSON that was answered. Raises ``RuntimeError`` for anything but 2xx."""
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        )
        return await self._ask(head.encode() + data)

    async def get(self, path: str) -> dict[str, Any]:
        """Get JSON. Raises ``RuntimeError`` for anything but 2xx."""
        return await self._ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    async def _ask(self, request: bytes) -> dict[str, Any]:
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        (length,) = (
            int(each.partition(":")[2])
            for each in head.split("\r\n")
            if each.lower().startswith("content-length:")
        )
        body = await self._reader.readexactly(length)
        if not head.startswith("HTTP/1.1 2"):
            raise RuntimeError(f"{head}{body.decode(errors='replace')}")
        value: dict[str, Any] = json.loads(body)
        return value

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def share_out(
    port: int, connections: int, count: int, ask: Callable[[Connection], Awaitable[None]]
) -> Times:
    """Have ``count`` requests asked over so many connections at once; how long each took."""
    left, taken_ms = iter(range(count)), list[float]()

    async def work() -> None:
        connection = await Connection.open(port)
        for _ in left:
            before = time.perf_counter()
            await ask(connection)
            taken_ms.append((time.perf_counter() - before) * 1000)
        connection.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    return Times(taken_ms)
