"""Neural networks as exact polyhedral and tropical objects.

The names below are loaded from their modules when they are first used, so that the import is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tropical.algebra.decision_boundary import DecisionBoundary as DecisionBoundary
    from tropical.algebra.hypersurface import TropicalHypersurface as TropicalHypersurface
    from tropical.algebra.polynomial import TropicalPolynomial as TropicalPolynomial
    from tropical.algebra.rational_function import TropicalMap as TropicalMap
    from tropical.algebra.rational_function import TropicalRational as TropicalRational
    from tropical.fans.activation.fan import ActivationFan as ActivationFan
    from tropical.fans.classification.fan import ClassificationFan as ClassificationFan
    from tropical.fans.data_set import DataSet as DataSet
    from tropical.networks.network import Network as Network
    from tropical.networks.readers import load as load
    from tropical.networks.readers import save as save
    from tropical.pictures.explorer.notebook import Explorer as Explorer
    from tropical.representations.conversion import tropical_map as tropical_map
    from tropical.representations.shallow_form import shallow_form as shallow_form
    from tropical.representations.synthesis import relu_network as relu_network

_HOME = {
    "ActivationFan": "tropical.fans.activation.fan",
    "ClassificationFan": "tropical.fans.classification.fan",
    "DataSet": "tropical.fans.data_set",
    "DecisionBoundary": "tropical.algebra.decision_boundary",
    "Explorer": "tropical.pictures.explorer.notebook",
    "Network": "tropical.networks.network",
    "TropicalHypersurface": "tropical.algebra.hypersurface",
    "TropicalMap": "tropical.algebra.rational_function",
    "TropicalPolynomial": "tropical.algebra.polynomial",
    "TropicalRational": "tropical.algebra.rational_function",
    "load": "tropical.networks.readers",
    "relu_network": "tropical.representations.synthesis",
    "save": "tropical.networks.readers",
    "shallow_form": "tropical.representations.shallow_form",
    "tropical_map": "tropical.representations.conversion",
}

__all__ = [
    "ActivationFan",
    "ClassificationFan",
    "DataSet",
    "DecisionBoundary",
    "Explorer",
    "Network",
    "TropicalHypersurface",
    "TropicalMap",
    "TropicalPolynomial",
    "TropicalRational",
    "load",
    "relu_network",
    "save",
    "shallow_form",
    "tropical_map",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
