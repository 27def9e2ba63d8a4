"""The answer of the server to a request for a scene: the lines of a computation, as long as its client stays."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from attrs import frozen

from tropical.pictures.explorer.access import HEADERS, refused
from tropical.pictures.explorer.worker_pool import Busy, Workers

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


@frozen(eq=False)
class Computation:
    """An ASGI response; when the client leaves, or asks for something newer, the computation ends."""

    workers: Workers
    client: str
    body: bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        work = asyncio.create_task(self._lines(scope, receive, send))
        leaving = asyncio.create_task(_leaving(receive))
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            leaving.cancel()
        await asyncio.wait({work, leaving})
        if not work.cancelled():
            work.result()

    async def _lines(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_begun = False

        async def tell(line: bytes) -> None:
            nonlocal is_begun
            if not is_begun:
                is_begun = True
                found = {**HEADERS, "Content-Type": "application/x-ndjson"}
                headers = [(name.lower().encode(), value.encode()) for name, value in found.items()]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": line, "more_body": True})

        try:
            await self.workers.answer(self.client, self.body, tell)
        except Busy as busy:
            await refused(503, str(busy))(scope, receive, send)
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _leaving(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
