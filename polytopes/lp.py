"""Exact linear programming: every answer carries its certificate."""

from __future__ import annotations

from polytopes.certificates import Farkas, StrictPoint
from polytopes.feasibility import strictly_feasible

__all__ = ["Farkas", "StrictPoint", "strictly_feasible"]
