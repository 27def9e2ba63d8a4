"""In which order the modules of a state dictionary stand, and where activations do, as far as their names tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from attrs import field, frozen

from polytopes.arithmetic.long_numbers import integer_of
from polytopes.errors import UnsupportedError
from polytopes.messages import shortened
from tropical.networks.layers import Affine, Layer, Scale

MODULE = "build the model and pass the module"
"""The way out of all that a state dictionary leaves open."""
Chain = list[Layer | tuple[str, Layer]]


@frozen
class StoredModule:
    """A module with weights: its name, the texts and numbers of which it consists, and its layer."""

    name: str
    layer: Affine | Scale
    texts: tuple[str, ...] = field(init=False)
    numbers: tuple[int, ...] = field(init=False)

    @texts.default
    def _texts(self) -> tuple[str, ...]:
        return tuple(re.split(r"[0-9]+", self.name))

    @numbers.default
    def _numbers(self) -> tuple[int, ...]:
        return tuple(integer_of(digits) for digits in re.findall(r"[0-9]+", self.name))

    @property
    def is_affine(self) -> bool:
        """Whether it is a linear layer, and no batch normalization."""
        return isinstance(self.layer, Affine)


def in_order(modules: Sequence[StoredModule], ordered: bool) -> list[StoredModule]:
    """Return modules in the order in which they stand.

    Args:
        modules: as the dictionary has them.
        ordered: whether its order is that of the model; otherwise only numbers tell the order.

    Raises:
        UnsupportedError: if the names leave the order open.
    """
    families: dict[tuple[str, ...], list[StoredModule]] = {}
    for module in modules:
        families.setdefault(module.texts, []).append(module)
    numbered = [family for family in families.values() if len(family) > 1]
    listed = shortened(", ".join(module.name for module in modules))
    if len(numbered) > 1:
        start = numbered[-1][0].texts[0] or modules[-1].name
        raise UnsupportedError(
            f"the names {listed} do not tell in which order the layers stand: {MODULE}, or the part of the dictionary "
            f"that is meant, such as {{k: v for k, v in state.items() if k.startswith({shortened(start)})}}"
        )
    if len(families) > 1 and not all(module.is_affine for module in modules):
        raise UnsupportedError(f"the names {listed} do not tell in which order the layers stand: {MODULE}")
    by_number = [module for family in numbered for module in _by_number(family)]
    if len(families) == 1:
        return by_number or list(modules)
    names = [module.name for module in by_number]
    if not ordered or names != [module.name for module in modules if module.name in names]:
        raise UnsupportedError(f"the names {listed} do not tell in which order the layers stand: {MODULE}")
    return list(modules)


def _by_number(family: Sequence[StoredModule]) -> list[StoredModule]:
    """Return modules whose names differ in one number only in its order."""
    place = _place(family)
    by_number = {module.numbers[place]: module for module in family}
    if len(by_number) < len(family):
        raise UnsupportedError(f"{shortened(family[0].name)} and another name have the same number: {MODULE}")
    return [by_number[number] for number in sorted(by_number)]


def _place(family: Sequence[StoredModule]) -> int:
    columns = list(zip(*(module.numbers for module in family), strict=True))
    places = [i for i, column in enumerate(columns) if len(set(column)) > 1]
    if len(places) > 1:
        names = shortened(", ".join(module.name for module in family))
        raise UnsupportedError(f"the names {names} are numbered twice, so they may be more than one chain: {MODULE}")
    return places[0] if places else 0


def activated_chain(modules: Sequence[StoredModule], between: Layer | None) -> Chain:
    """Return all layers, with the activation between affine ones.

    Raises:
        UnsupportedError: if the numbers of the names leave open where the activation stands.
    """
    affine = [i for i, module in enumerate(modules) if module.is_affine]
    if not affine:
        raise UnsupportedError(f"there is no linear layer, only batch normalizations: {MODULE}")
    chain: Chain = []
    free = [_free(before, after) for before, after in pairwise(modules)]
    if between is not None:
        _check_free(modules, affine, free)
    for i, module in enumerate(modules):
        chain.append((module.name or "linear", module.layer))
        is_inner = affine[0] <= i < affine[-1]
        if between is not None and is_inner and (free[i] or (module.is_affine and modules[i + 1].is_affine)):
            chain.append(between)
    return chain


def _free(before: StoredModule, after: StoredModule) -> int | None:
    """Return how many numbers are left free between two modules; None if their numbers are not those of places."""
    if before.texts != after.texts or before.numbers == after.numbers:
        return None
    place = next(i for i, (a, b) in enumerate(zip(before.numbers, after.numbers, strict=True)) if a != b)
    if before.texts[place][-1:] not in ("", ".") or before.texts[place + 1][:1] not in ("", "."):
        return None
    return after.numbers[place] - before.numbers[place] - 1


def _check_free(modules: Sequence[StoredModule], affine: Sequence[int], free: Sequence[int | None]) -> None:
    """Refuse numbers that leave no place for an activation, or leave open where it stands."""
    gaps = {}
    for first, last in pairwise(affine):
        inner = free[first:last]
        if last - first > 2 or (last - first == 2 and sum(bool(count) for count in inner) != 1):
            names = shortened(", ".join(module.name for module in modules[first : last + 1]))
            raise UnsupportedError(
                f"the numbers of {names} do not tell on which side of the activation the batch normalization stands: "
                f"{MODULE}"
            )
        gaps[modules[first].name, modules[last].name] = any(inner)
    ends = [*free[: affine[0]], *free[affine[-1] :]]
    if len(ends) != ends.count(0):
        raise UnsupportedError(
            "a batch normalization at an end is not next to the linear layer by its number, so that something may "
            f"stand between them: {MODULE}"
        )
    if None not in free and len(set(gaps.values())) > 1:
        before, after = next(pair for pair, is_free in gaps.items() if not is_free)
        raise UnsupportedError(
            f"the numbers leave no place for an activation between {before!r} and {after!r}, but do elsewhere: {MODULE}"
        )
