"""The frontier of a hypergraph while its windows are read one by one.

Elements of one atom are equivalent, so the schedule consists of atoms. After some windows only those atoms matter that
also lie in a later window: the frontier. Each has a slot; slots are renumbered after every window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from attrs import frozen

from polytopes.errors import UnsupportedError
from polytopes.minkowski_sums.hypergraph import Hypergraph

WIDEST = 62
"""The largest number of atoms in a frontier together with those of the next window."""
LARGEST_ATOM = 30
"""Larger atoms are split, so that the binomial coefficients of their sizes fit 32 bits."""

Atom = tuple[int, ...]
Shape = tuple[int, int, int, tuple[int, ...], tuple[int, ...], tuple[tuple[int, ...], ...], int, int]
"""A step without its atoms."""


@frozen
class Step:
    """One window: slots before it are 0, ..., before - 1; its new atoms follow, up to ``total``.

    ``keep`` lists the slots that are kept, in the order of the slots after the step. ``rivals[v]`` are the masks (over
    all slots but v) of the later windows that contain kept slot v, minimal ones only.
    """

    before: int
    total: int
    window: int
    sizes: tuple[int, ...]
    """The sizes of the atoms of the window, by slot; 1 for all others."""
    keep: tuple[int, ...]
    rivals: tuple[tuple[int, ...], ...]
    atoms: tuple[int, ...]
    """The numbers of the atoms in the slots."""
    fixed: int = -1
    """The slot of an element that stays to the end, or -1."""
    private: int = -1
    """The last slot if its atom lies in this window only, or -1."""

    @property
    def after(self) -> int:
        """The number of slots after the step."""
        return len(self.keep)

    @cached_property
    def shape(self) -> Shape:
        """What the states after the step depend on, besides those before it."""
        return self.before, self.total, self.window, self.sizes, self.keep, self.rivals, self.fixed, self.private


@frozen
class Schedule:
    """The steps of the windows of a connected hypergraph in a certain order.

    ``remembers`` says that some atom of several elements lies in several windows; states must then tell whether one of
    its elements was chosen.
    """

    hypergraph: Hypergraph
    order: tuple[int, ...]
    atoms: tuple[Atom, ...]
    steps: tuple[Step, ...]
    remembers: bool

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """For each step the number of atoms in the frontier and the window."""
        return tuple(step.total for step in self.steps)


def split_atoms(hypergraph: Hypergraph, alone: int = -1) -> tuple[Atom, ...]:
    """Return the atoms, with large ones split and, if given, one element by itself."""
    pieces: list[Atom] = []
    for atom in hypergraph.atoms:
        rest = [element for element in atom if element != alone]
        pieces += [tuple(rest[i : i + LARGEST_ATOM]) for i in range(0, len(rest), LARGEST_ATOM)]
    return tuple(sorted([*pieces, (alone,)] if alone >= 0 else pieces))


def schedule(hypergraph: Hypergraph, order: Iterable[int], fixed: int = -1) -> Schedule:
    """Return the steps of reading the windows in this order.

    Args:
        hypergraph: the windows.
        order: their numbers, each once.
        fixed: an element that is in the frontier from the start to the end, or -1.

    Raises:
        UnsupportedError: if a frontier is wider than 62 atoms.

    >>> s = schedule(Hypergraph.of([(0, 1, 2), (1, 2, 3)]), (0, 1))
    >>> s.atoms, s.widths, s.remembers
    (((0,), (1, 2), (3,)), (2, 2), True)
    """
    return _schedule(hypergraph, tuple(order), fixed)


@lru_cache(maxsize=2)
def _schedule(hypergraph: Hypergraph, order: tuple[int, ...], fixed: int) -> Schedule:
    atoms = split_atoms(hypergraph, fixed)
    number = {element: i for i, atom in enumerate(atoms) for element in atom}
    windows = [tuple(sorted({number[element] for element in hypergraph.windows[j]})) for j in order]
    last = {atom: j for j, window in enumerate(windows) for atom in window}
    occurrences: list[list[int]] = [[] for _ in atoms]
    for j, window in enumerate(windows):
        for atom in window:
            occurrences[atom].append(j)
    if fixed >= 0:
        last[number[fixed]] = len(windows)
    slots = [number[fixed]] if fixed >= 0 else []
    steps = []
    for j, window in enumerate(windows):
        held = set(slots)
        fresh = sorted((atom for atom in window if atom not in held), key=lambda atom: last[atom] == j)
        total = [*slots, *fresh]
        if len(total) > WIDEST:
            raise UnsupportedError(
                f"window {order[j]} meets a frontier of {len(total)} atoms, at most {WIDEST} can be held; "
                "take another order of the windows, or bounds instead of a count"
            )
        kept = [atom for atom in total if last[atom] > j]
        rivals = _rivals(kept, total, windows, occurrences, j)
        if fixed >= 0:
            rivals = ((0,), *rivals[1:])
        place = {atom: slot for slot, atom in enumerate(total)}
        steps.append(
            Step(
                len(slots),
                len(total),
                sum(1 << place[atom] for atom in window),
                tuple(len(atoms[atom]) if atom in window else 1 for atom in total),
                tuple(place[atom] for atom in kept),
                rivals,
                tuple(total),
                place[number[fixed]] if fixed >= 0 else -1,
                len(total) - 1 if fresh and last[fresh[-1]] == j else -1,
            )
        )
        slots = kept
    remembers = any(len(atom) > 1 and len(occurrences[i]) > 1 for i, atom in enumerate(atoms))
    return Schedule(hypergraph, order, atoms, tuple(steps), remembers)


def _rivals(
    kept: Sequence[int],
    total: Sequence[int],
    windows: Sequence[tuple[int, ...]],
    occurrences: Sequence[Sequence[int]],
    now: int,
) -> tuple[tuple[int, ...], ...]:
    """Return for every kept atom the masks of the slots it meets in each window to come, without supersets."""
    place = {atom: slot for slot, atom in enumerate(total)}
    masks: dict[int, int] = {}
    rivals = []
    for atom in kept:
        own = set()
        for j in occurrences[atom]:
            if j > now:
                if j not in masks:
                    masks[j] = sum(1 << place[other] for other in windows[j] if other in place)
                own.add(masks[j] & ~(1 << place[atom]))
        rivals.append(tuple(sorted(m for m in own if not any(m & o == o and m != o for o in own))) or (0,))
    return tuple(rivals)
