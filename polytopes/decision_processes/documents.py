"""Documents of decision processes: objects whose keys are names, and distributions in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import InputError
from polytopes.messages import shortened


def entries_of(document: Any, names: Sequence[str], what: str) -> Mapping[str, Any]:
    """Return an object with exactly these keys."""
    if not isinstance(document, Mapping):
        raise InputError(f"{what} must be an object with the keys {shortened(list(names))}")
    missing, other = [name for name in names if name not in document], [name for name in document if name not in names]
    if missing or other:
        said = f"lacks {shortened(missing[0])}" if missing else f"has {shortened(other[0])}, which is none of its keys"
        raise InputError(f"{what} {said}")
    return document


def distribution_of(given: Any, states: Sequence[str], what: str, normalize: bool) -> list[Fraction]:
    """Return the probabilities of names, 0 for those that are left out; ``normalize`` divides them by their sum."""
    if not isinstance(given, Mapping):
        raise InputError(f"{what}: give the probabilities by state, such as {{{shortened(states[0])}: 1}}")
    unknown = [name for name in given if name not in states]
    if unknown:
        raise InputError(f"{what}: {shortened(unknown[0])} is none of {shortened(list(states))}")
    row = [as_fraction(given.get(name, 0)) for name in states]
    total = sum(row)
    return [entry / total for entry in row] if normalize and total > 0 else row
