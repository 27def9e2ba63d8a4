"""Exact polyhedral geometry over the rational numbers.

The names below are loaded from their modules when they are first used, so that the import is quick. Two functions
have the name of their module and are taken from there: ``from polytopes.enumeration.cells import cells`` and
``from polytopes.complexes.normal_fan import normal_fan``.

>>> import polytopes
>>> polytopes.Polyhedron.box([0, 0], [1, 2]).volume()
Fraction(2, 1)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polytopes.arrangements.arrangement import Arrangement as Arrangement
    from polytopes.complexes.fan import Fan as Fan
    from polytopes.complexes.fan import common_refinement as common_refinement
    from polytopes.complexes.polyhedral_complex import PolyhedralComplex as PolyhedralComplex
    from polytopes.complexes.regular_subdivision import RegularSubdivision as RegularSubdivision
    from polytopes.complexes.regular_subdivision import regular_subdivision as regular_subdivision
    from polytopes.enumeration.cells import Cell as Cell
    from polytopes.enumeration.gate_program import GateProgram as GateProgram
    from polytopes.enumeration.gate_program import ProgramBuilder as ProgramBuilder
    from polytopes.formats import load as load
    from polytopes.formats import save as save
    from polytopes.minkowski_sums.hypergraph import Hypergraph as Hypergraph
    from polytopes.minkowski_sums.minkowski_sum import MinkowskiSum as MinkowskiSum
    from polytopes.optimization.linear_program import maximize as maximize
    from polytopes.optimization.linear_program import minimize as minimize
    from polytopes.polyhedra.cone import Cone as Cone
    from polytopes.polyhedra.polyhedron import Polyhedron as Polyhedron

_HOME = {
    "Arrangement": "polytopes.arrangements.arrangement",
    "Cell": "polytopes.enumeration.cells",
    "Cone": "polytopes.polyhedra.cone",
    "Fan": "polytopes.complexes.fan",
    "GateProgram": "polytopes.enumeration.gate_program",
    "Hypergraph": "polytopes.minkowski_sums.hypergraph",
    "MinkowskiSum": "polytopes.minkowski_sums.minkowski_sum",
    "PolyhedralComplex": "polytopes.complexes.polyhedral_complex",
    "Polyhedron": "polytopes.polyhedra.polyhedron",
    "ProgramBuilder": "polytopes.enumeration.gate_program",
    "RegularSubdivision": "polytopes.complexes.regular_subdivision",
    "common_refinement": "polytopes.complexes.fan",
    "load": "polytopes.formats",
    "maximize": "polytopes.optimization.linear_program",
    "minimize": "polytopes.optimization.linear_program",
    "regular_subdivision": "polytopes.complexes.regular_subdivision",
    "save": "polytopes.formats",
}

__all__ = [
    "Arrangement",
    "Cell",
    "Cone",
    "Fan",
    "GateProgram",
    "Hypergraph",
    "MinkowskiSum",
    "PolyhedralComplex",
    "Polyhedron",
    "ProgramBuilder",
    "RegularSubdivision",
    "common_refinement",
    "load",
    "maximize",
    "minimize",
    "regular_subdivision",
    "save",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
