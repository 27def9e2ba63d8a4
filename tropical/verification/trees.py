"""Trees of splits as lists, in which slices of a search hand them on and record them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from tropical.verification.search import Branch

LEAF, OPEN = -1, -2


def spelled_tree(branch: Branch, still_open: Collection[int] = ()) -> list[Any]:
    """Return the nodes of a tree, the parts of each after it, first that of side 0.

    An entry is the unit that is split, LEAF, or OPEN for a node whose id is in ``still_open``; a list with lemmas and
    proofs where there are any.

    >>> tree = Branch()
    >>> _ = tree.split(7)[1].split(3)
    >>> spelled_tree(tree)
    [7, -1, 3, -1, -1]
    """
    found: list[Any] = []
    stack = [branch]
    while stack:
        node = stack.pop()
        kind = OPEN if id(node) in still_open else LEAF if node.below is None else node.unit
        found.append([kind, node.lemmas, node.proofs] if node.lemmas or node.proofs else kind)
        stack += [] if node.below is None else node.below[::-1]
    return found


def graft(tree: Branch, path: Sequence[Sequence[int]], below: Sequence[Any]) -> None:
    """Put a tree that was spelled at the end of a path of splits.

    Raises:
        ValueError: if the path is not one of the tree, or the list is no tree.
    """
    for unit, side in path:
        if tree.below is None or tree.unit != unit:
            raise ValueError(f"no split of unit {unit} is known there")
        tree = tree.below[side]
    entries = iter(below)
    _fill(tree, entries)
    if next(entries, None) is not None:
        raise ValueError("more nodes than the tree has")


def _fill(tree: Branch, entries: Iterator[Any]) -> None:
    stack = [tree]
    while stack:
        node = stack.pop()
        entry = next(entries, None)
        if entry is None:
            raise ValueError("fewer nodes than the tree has")
        kind, lemmas, proofs = entry if isinstance(entry, list) else (entry, [], [])
        if not isinstance(kind, int) or kind < OPEN:
            raise ValueError(f"{kind!r:.50} is no unit")
        node.lemmas[:], node.proofs[:] = lemmas, proofs
        if kind >= 0:
            stack += node.split(kind)[::-1]
