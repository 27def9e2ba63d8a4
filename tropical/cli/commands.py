"""All commands, in the order of the help; they add themselves to the app."""

from tropical.cli.app import app

# isort: off
from tropical.cli.networks import commands as _networks  # noqa: F401
from tropical.cli.pooling import commands as _pooling  # noqa: F401
from tropical.cli.datasets import commands as _datasets  # noqa: F401
from tropical.cli.functions import commands as _functions  # noqa: F401

__all__ = ["app"]
