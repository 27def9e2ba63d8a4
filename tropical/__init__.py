"""Neural networks as exact polyhedral and tropical objects.

The names below are loaded from their modules when they are first used, so that the import is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tropical.network import Network as Network
    from tropical.readers import load as load
    from tropical.readers import save as save

_HOME = {
    "Network": "tropical.network",
    "load": "tropical.readers",
    "save": "tropical.readers",
}

__all__ = ["Network", "load", "save"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
