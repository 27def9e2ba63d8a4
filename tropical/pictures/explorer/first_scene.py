"""A scene that is computed while its page is open already: what is done, and what can be drawn early, line by line."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from attrs import define, field

from polytopes.errors import ToolkitError

if TYPE_CHECKING:
    from tropical.pictures.explorer.fan_scene import Scene

Tell = Callable[[dict[str, Any]], None]
"""Takes what a page is told: ``progress``, a text, or ``polygons``, lists of places."""
REFRESH = 0.05
"""Seconds between two looks for new lines."""
TOLD = 1.0
"""Seconds in which pages are told of a failure."""


@define(eq=False)
class FirstScene:
    """A scene on its way.

    Attributes:
        title: of the page.
        compute: returns the scene, and tells what it does.

    >>> first = FirstScene("a title", lambda tell: tell({"progress": "half"}) or {"kind": "regions"})
    >>> first.start()
    >>> first.wait(), first.lines
    ({'kind': 'regions'}, ['{"progress": "half"}', '{"ready": true}'])
    """

    title: str
    compute: Callable[[Tell], Scene]
    lines: list[str] = field(factory=list, init=False)
    _scene: Scene | None = field(default=None, init=False)
    _problem: BaseException | None = field(default=None, init=False)
    _actions: list[Callable[[], None]] = field(factory=list, init=False)
    _done: threading.Event = field(factory=threading.Event, init=False)
    _is_left: bool = field(default=False, init=False)

    def at_failure(self, action: Callable[[], None]) -> None:
        """Call an action if the computation fails, a little later, so that pages are told before; or now if it did."""
        self._actions.append(action)
        if self.problem is not None:
            action()

    def start(self) -> None:
        """Begin to compute, in a thread that does not outlive the process."""
        threading.Thread(target=self._run, name="first scene", daemon=True).start()

    @property
    def is_done(self) -> bool:
        """Whether the scene is there, or nothing will be."""
        return self._done.is_set()

    @property
    def problem(self) -> BaseException | None:
        """What ended the computation, if it failed."""
        return self._problem

    def wait(self) -> Scene:
        """Return the scene when it is there.

        Raises:
            ToolkitError: as the computation.
        """
        self._done.wait()
        if self._problem is not None:
            raise self._problem
        assert self._scene is not None
        return self._scene

    def leave(self) -> None:
        """Tell pages nothing more, although the scene may still be on its way."""
        self._is_left = True

    async def told(self) -> AsyncIterator[str]:
        """Yield all lines from the first on, the last one ``ready`` or ``error`` unless it was left before."""
        sent = 0
        while True:
            is_last = self.is_done or self._is_left
            for line in self.lines[sent:]:
                sent += 1
                yield line
            if is_last:
                return
            await asyncio.sleep(REFRESH)

    def _run(self) -> None:
        try:
            self._scene = self.compute(self._tell)
            self._tell({"ready": True})
        except BaseException as problem:
            self._problem = problem
            self._tell({"error": str(problem) if isinstance(problem, ToolkitError) else "the computation failed"})
            for action in self._actions:
                threading.Timer(TOLD, action).start()
        finally:
            self._done.set()

    def _tell(self, message: dict[str, Any]) -> None:
        self.lines.append(json.dumps(message))
