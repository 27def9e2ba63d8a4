"""Lipschitz constants with the regions where they are attained, in words and in documents."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Generic, TypeVar

from attrs import frozen

from polytopes.arithmetic.algebraic_numbers import LargestRoot
from polytopes.arithmetic.decimals import DIGITS, truncated, truncated_root
from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.enumeration.gate_program import Pattern
from polytopes.tables import html_table

Value = TypeVar("Value")


@frozen
class Attained(Generic[Value]):
    """A largest value over the regions, and one region where it is attained, with a point in its interior.

    Of work that was stopped the largest value over all regions is at most ``bound``, if that is known.
    """

    value: Value
    pattern: Pattern
    point: Vector
    bound: Fraction | None = None


@frozen(repr=False)
class LipschitzConstants:
    """Lipschitz constants for one norm on both sides: the largest operator norms of the Jacobians.

    ``l1`` and ``linf`` are rational (largest column and row sums of absolute values). ``l2_squared`` is the largest
    eigenvalue of ``J J^T``: rational with one input or output, algebraic in general, with rational bounds. If
    ``complete`` is False, all are lower bounds, and None if no region was seen; ``bound`` is an upper bound.
    ``n_regions`` is the number of regions that were looked at; a part of one in a part of the domain counts as one.
    """

    l1: Attained[Fraction] | None
    linf: Attained[Fraction] | None
    l2_squared: Attained[LargestRoot] | None
    n_regions: int
    complete: bool
    seconds: float

    def __repr__(self) -> str:
        regions = f"{self.n_regions} region{'s' * (self.n_regions != 1)}"
        about = f"of {regions}" if self.complete else f"stopped after {regions}"
        return f"Lipschitz constants {', '.join(f'{name}: {text}' for name, text in self._texts())}, {about}"

    def _repr_html_(self) -> str:
        return html_table(("norm", "Lipschitz constant"), self._texts(), "" if self.complete else "stopped: at least")

    def _texts(self) -> list[tuple[str, str]]:
        rational = {"l1": self.l1, "maximum norm": self.linf}
        found = {name: truncated(own.value) for name, own in rational.items() if own is not None}
        if self.l2_squared is not None:
            found["l2"] = root_text(*self.l2_squared.value.interval)
        return list(found.items())

    def as_dict(self) -> dict[str, Any]:
        """Return the constants as they are written in documents."""
        return {
            "l1": _rational(self.l1, self.complete),
            "linf": _rational(self.linf, self.complete),
            "l2_squared": _algebraic(self.l2_squared, self.complete),
            "activation_regions": self.n_regions,
            "complete": self.complete,
            "seconds": self.seconds,
        }


def root_text(low: Fraction, high: Fraction) -> str:
    """Return a square root with the digits that are proven, the square of which lies between two rational numbers.

    >>> root_text(Fraction(5), Fraction(5)), root_text(Fraction(9, 4), Fraction(9, 4))
    ('sqrt(5) = 2.23606...', 'sqrt(9/4) = 1.5')
    """
    square = exact_text(low) if low == high and len(exact_text(low)) <= DIGITS else truncated(low, high)
    return f"sqrt({square}) = {truncated_root(low, high)}"


def _rational(found: Attained[Fraction] | None, complete: bool) -> dict[str, Any] | None:
    if found is None:
        return None
    interval = _interval(found.value, found.value if complete else found.bound)
    return {"value": exact_text(found.value), **interval, **_place(found)}


def _interval(low: Fraction, high: Fraction | None) -> dict[str, Any]:
    return {"at_least": exact_text(low), "at_most": None if high is None else exact_text(high)}


def _algebraic(found: Attained[LargestRoot] | None, complete: bool) -> dict[str, Any] | None:
    if found is None:
        return None
    root = found.value
    low, high = root.interval
    return {
        "value": None if root.value is None else exact_text(root.value),
        "largest_root_of": list(map(exact_text, root.coefficients)),
        "lower": exact_text(low),
        "upper": exact_text(high),
        **_interval(low, high if complete else found.bound),
        **_place(found),
    }


def _place(found: Attained[Any]) -> dict[str, Any]:
    return {"point": list(map(exact_text, found.point)), "pattern": list(found.pattern)}
