"""What a page shows of a request at first, and the workers for all that it may ask for afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tropical.pictures.explorer.fan_scene import FanRequest
from tropical.pictures.explorer.region_scene import RegionsRequest, Show, show_nothing
from tropical.pictures.explorer.worker_pool import Workers

if TYPE_CHECKING:
    from tropical.pictures.explorer.fan_scene import Scene
    from tropical.pictures.explorer.training.request import TrainingRequest


def opening_scene(
    request: RegionsRequest | TrainingRequest, say: Callable[[str], None] = lambda _: None, show: Show = show_nothing
) -> Scene:
    """Return the scene of the page of networks that is served; ``say`` and ``show`` are told what is done."""
    if isinstance(request, RegionsRequest):
        from tropical.pictures.explorer.network_requests import touchable_scene

        return touchable_scene(request, say, show)
    from tropical.pictures.explorer.training.scene import opening_scene

    return opening_scene(request, say, show)


def workers_for(request: FanRequest | RegionsRequest | TrainingRequest | None) -> Workers:
    """Return workers for a page that was made from a request; they are not started yet."""
    if request is None:
        return Workers(0)
    if isinstance(request, FanRequest):
        return Workers(request.limit)
    if isinstance(request, RegionsRequest):
        from tropical.pictures.explorer.network_requests import Subject

        return Workers(request.limit, lambda: Subject(request).document)
    from tropical.pictures.explorer.training.subject import TrainingSubject

    return Workers(request.limit, lambda: TrainingSubject.of(request).document)
