"""The workers for what a page shows: data that is moved, or a network whose weights are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropical.pictures.explorer.fan_scene import FanRequest
from tropical.pictures.explorer.worker_pool import Workers

if TYPE_CHECKING:
    from tropical.pictures.explorer.region_scene import RegionsRequest


def workers_for(request: FanRequest | RegionsRequest | None) -> Workers:
    """Return workers for a page that was made from a request; they are not started yet."""
    if request is None:
        return Workers(0)
    if isinstance(request, FanRequest):
        return Workers(request.limit)
    from tropical.pictures.explorer.network_requests import Subject

    return Workers(request.limit, Subject(request).document)
