"""Certificates that no input satisfies a property, as :mod:`tropical.property_checker` verifies them.

The tree of a search is walked once more: at each node the bounds in floating point are found again, and their
multipliers, rounded to multiples of 2^-BITS, are given to the checker's own arithmetic. What it proves is written.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import numpy as np

from polytopes.errors import InputError, UnsupportedError, VerificationFailed
from polytopes.output_files import replaced
from tropical.property_checker import BITS, FORMAT, MOST_BYTES, NONE, VERSION, Cell, Refused
from tropical.regions.certificate import program_document
from tropical.verification.kernels.arrays import EMPTY
from tropical.verification.nets import State
from tropical.verification.property_search import Search, Verdict
from tropical.verification.search import Branch, CaseSearch, FloatSearch
from tropical.verification.trimming import Key, needed

Parts = list[int]


def write_certificate(path: Path, search: Search, verdict: Verdict) -> int:
    """Write the certificate of a search that found no point; return the number of its leaves.

    Args:
        path: the file; it appears when it is complete.
        search: the search; the file quotes the text of its property.
        verdict: its verdict.

    Raises:
        InputError: if the verdict is not "unsat", or the file cannot be written.
        VerificationFailed: if the checker does not confirm a step of the search.
        UnsupportedError: if the program is too long for the checker.
    """
    if verdict.verdict != "unsat":
        raise InputError(f"the verdict is {verdict.verdict}; a certificate is of a property that no input satisfies")
    document = {
        "format": FORMAT,
        "version": VERSION,
        "property": search.property.text,
        "cases": search.documents,
        "program": program_document(search.program),
    }
    header = _line(document)
    if len(header) >= MOST_BYTES:
        raise UnsupportedError(f"a program and property of {len(header)} bytes; certificates take up to {MOST_BYTES}")
    for trimmed in (True, False):
        try:
            with replaced(path) as stream:
                return _Writer(stream, header, trimmed).write(search)
        except Refused:
            pass  # a unit that cancels in floating point, or is less than 2^-BITS, may be left over in the checker's
    exactly = Search(search.program, search.property, exact=True)
    if exactly.run(lambda _: None).verdict != "unsat":
        raise VerificationFailed("the search in exact arithmetic finds a point, the one in floating point none")
    try:
        with replaced(path) as stream:
            return _Writer(stream, header, trimmed=False).write(exactly)
    except Refused as refusal:
        raise VerificationFailed(f"the checker does not confirm a step of the search: {refusal}") from None


def _line(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


class _Writer:
    """Writes the lines, with their digest and the least margin."""

    def __init__(self, stream: IO[bytes], header: bytes, trimmed: bool) -> None:
        self.stream, self.trimmed = stream, trimmed
        self.needed: dict[int, set[Key]] | None = None
        self.digest = hashlib.sha256(header)
        self.margin: Fraction | None = None
        self.leaves = 0
        stream.write(header)

    def write(self, search: Search) -> int:
        for number, tree in enumerate(search.trees):
            cell, case = Cell(search.levels, search.documents[number]), search.cases[number]
            for line in self._lines(cell, tree, case):
                self.digest.update(line)
                self.stream.write(line)
        margin = NONE if self.margin is None else str(self.margin)
        self.stream.write(_line({"leaves": self.leaves, "margin": margin, "sha256": self.digest.hexdigest()}))
        return self.leaves

    def _lines(self, cell: Cell, tree: Branch, case: CaseSearch | None) -> Iterator[bytes]:
        state = case.net.root if isinstance(case, FloatSearch) else None
        self.needed = needed(case, tree) if isinstance(case, FloatSearch) and self.trimmed else None
        stack: list[tuple[Cell, Branch, State | None]] = [(cell, tree, state)]
        while stack:
            cell, branch, state = stack.pop()
            lemmas, proofs = list[Any](), list[Any]()
            if isinstance(case, FloatSearch) and state is not None:
                state = self._replay(case, cell, branch, state, lemmas, proofs)
            else:
                lemmas = branch.lemmas
                for lemma in lemmas:
                    cell.lemma(*lemma)
            for proof in branch.proofs:
                self._note(cell.refute(*proof))
                proofs.append(proof)
            split = None if branch.below is None else branch.unit
            yield _line([lemmas, proofs, split])
            if branch.below is None:
                self.leaves += 1
                if cell.open:
                    raise Refused(f"conjunction {min(cell.open)} is left open")
                continue
            for side in (1, 0):
                part = None
                if isinstance(case, FloatSearch) and state is not None:
                    part = case.net.child(state, branch.unit, side)
                stack.append((cell.child(branch.unit, side), branch.below[side], part))

    def _note(self, margin: Fraction | None) -> None:
        if margin is not None:
            self.margin = margin if self.margin is None else min(margin, self.margin)

    def _replay(
        self, case: FloatSearch, cell: Cell, branch: Branch, state: State, lemmas: list[Any], proofs: list[Any]
    ) -> State:
        """Work at a node once more, and write what is proven there into ``lemmas`` and ``proofs``."""
        kept = None if self.needed is None else self.needed[id(branch)]
        is_root = state is case.net.root
        for round_, exact in enumerate([*branch.lemmas, None]):
            status = case.net.visit(state, is_root, recording=True)
            if status == EMPTY:
                proofs.append(self._refuted(cell, -1, [], _multipliers(state, case.net.node.factors)))
                return state
            for place in np.flatnonzero(case.net.node.improved).tolist():
                if kept is not None and (round_, place) not in kept:
                    continue
                unit, side = divmod(place, 2)
                parts = _multipliers(state, case.net.node.bound_factors[place])
                cell.lemma(unit, side, 0, parts)
                lemmas.append([unit, side, 0, parts])
            self._refutations(case, cell, state, proofs)
            state = case.net.found(state)
            if exact is not None:
                cell.lemma(*exact)
                lemmas.append(exact)
                (state.upper if exact[1] else state.lower)[exact[0]] = 0.0
        return state

    def _refutations(self, case: FloatSearch, cell: Cell, state: State, proofs: list[Any]) -> None:
        node = case.net.node
        for c in np.flatnonzero((state.alive != 0) & (node.alive == 0)).tolist():
            count = len(cell.conjunctions[c].forms)
            weights = [_integer(value) for value in node.row_factors[c, :count]]
            proofs.append(self._refuted(cell, c, weights, _multipliers(state, node.wall_factors[c])))

    def _refuted(self, cell: Cell, number: int, weights: list[int], parts: Parts) -> list[Any]:
        """Return a refutation: in fractions where its margin is too small for rounded numbers."""
        try:
            self._note(cell.refute(number, 0, weights, parts))
            return [number, 0, weights, parts]
        except Refused:
            texts = [str(Fraction(weight, 2**BITS)) for weight in weights]
            fractions = [str(Fraction(entry, 2**BITS)) if i % 2 else entry for i, entry in enumerate(parts)]
            self._note(cell.refute(number, 1, texts, fractions))
            return [number, 1, texts, fractions]


def _integer(value: float, exponent: int = 0) -> int:
    """Return a multiplier as a multiple of 2^-BITS; that of a wall is one of the form it is a multiple of."""
    return round(math.ldexp(float(value), BITS - exponent))


def _multipliers(state: State, factors: Any) -> Parts:
    found: Parts = []
    for number, (wall, factor) in enumerate(zip(state.walls, factors, strict=False)):
        multiple = _integer(factor, wall.exponent)
        found += [number, multiple] if multiple > 0 else []
    return found
