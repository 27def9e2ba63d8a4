"""Computations of a notebook in a process of their own, so that the kernel stays free and can stop them."""

from __future__ import annotations

import asyncio
import atexit
import json
import threading
from collections.abc import Callable
from typing import Any

from tropical.pictures.explorer.worker_pool import Workers

Message = dict[str, Any]
CLIENT = "notebook"


class Background:
    """Answers requests one at a time: a newer one ends the older, as does a request to ``stop``."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="tropical-explore", daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._workers.prepare(), self._loop)
        atexit.register(self.close)

    def ask(self, request: Message, send: Callable[[Message], None]) -> None:
        """Answer a request with messages that have its ``number``; the last is neither progress nor about another."""
        if request.get("stop"):
            self._loop.call_soon_threadsafe(self._workers.stop, CLIENT)
        else:
            asyncio.run_coroutine_threadsafe(self._answer(request, send), self._loop)

    def close(self) -> None:
        """End the process and the thread."""
        atexit.unregister(self.close)
        if self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self._workers.close(), self._loop).result(timeout=10)
            self._loop.call_soon_threadsafe(self._loop.stop)

    async def _answer(self, request: Message, send: Callable[[Message], None]) -> None:
        async def tell(line: bytes) -> None:
            send({"number": request.get("number"), **json.loads(line)})

        await self._workers.answer(CLIENT, json.dumps(request).encode(), tell)
