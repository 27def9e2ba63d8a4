"""All commands, in the order of the help; each declares itself to the app as it is imported."""

# isort: off
from tropical.cli.networks import info, regions, estimate, check, inspect, diff, extrema, lipschitz  # noqa: F401
from tropical.cli.networks import complexity, length, breakpoints, init  # noqa: F401
from tropical.cli.networks import verify as verify_network  # noqa: F401
from tropical.cli.datasets import fan, classify, dichotomies, types, train, explore  # noqa: F401
from tropical.cli.datasets import kernel, margins  # noqa: F401
from tropical.cli.datasets import squares, trajectory  # noqa: F401
from tropical.cli.datasets import spline  # noqa: F401
from tropical.cli.functions import boundary, convert, subdivision, shallow, decompose  # noqa: F401
from tropical.cli.topology import topology  # noqa: F401
from tropical.cli.convexity import hull, solve, axioms  # noqa: F401
from tropical.cli.pooling import pool, regions as pool_regions, verify  # noqa: F401
from tropical.cli.programs import rates, mdp  # noqa: F401

from tropical.cli.app import app

__all__ = ["app"]
