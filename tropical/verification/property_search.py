"""The search in all cases of a property: whether an input of a network satisfies it, exactly."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Literal

from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.enumeration.gate_program import GateProgram
from polytopes.errors import ShapeError, VerificationFailed
from tropical.networks.network import Network
from tropical.property_checker import Levels, Units
from tropical.regions.certificate import program_document
from tropical.verification.case import Case
from tropical.verification.evaluation import Clause, Slack, satisfied_clause, slack
from tropical.verification.exact_cells import ExactCell, case_document
from tropical.verification.float_execution import FloatExecution
from tropical.verification.nets import nearest
from tropical.verification.property import Property
from tropical.verification.search import Branch, CaseSearch, OpenNode, case_search

Answer = Literal["sat", "unsat", "unknown"]
LOOK_AROUND = 64
"""Every so many nodes the open one with the best promise is taken, otherwise the last one."""
HUNT_AFTER, HUNT_AGAIN = 512, 2
"""After so many nodes many points are tried at random, and again whenever there are so many times as many nodes."""
PRODUCTS = 2**16
"""Products of numbers that such a hunt may take for each node that was done: it takes less time than the nodes did."""


@frozen
class Verdict:
    """Whether an input satisfies a property, exactly.

    ``point`` is an input that does, with its ``outputs``, the ``clause`` that holds and by how much (``slack``).
    Without one, every input misses some condition of each clause by ``margin`` at least, where that is known; it is
    None if no input satisfies the conditions on inputs. ``float32`` says what becomes of the point in floating point,
    if that was asked for; ``trees`` has the search for each case.
    """

    verdict: Answer
    point: Vector | None
    outputs: Vector | None
    clause: Clause | None
    slack: Slack | None
    margin: Fraction | None
    n_nodes: int
    n_leaves: int
    n_open: int
    share: float
    stopped_by: str | None
    seconds: float
    is_empty: bool = False
    n_input_splits: int = 0
    float32: FloatExecution | None = None
    trees: tuple[Branch, ...] = field(default=(), repr=False, eq=False)

    @property
    def complete(self) -> bool:
        """Whether the question is decided."""
        return self.verdict != "unknown"


@define(eq=False)
class Progress:
    """How far a search is: nodes done, leaves, open nodes, and the part of the tree that is proven."""

    n_nodes: int = 0
    n_leaves: int = 0
    n_open: int = 0
    share: float = 0.0


Evaluate = Callable[[Any], Vector]
"""Computes the exact outputs at a point."""
Stopping = Callable[[Progress], str | None]
"""Returns the reason to stop, None to go on; called after every node."""


class Search:
    """The search in all cases of a property, with one stack of open nodes.

    Args:
        program: the gate program of the network.
        prop: the property.
        exact, input_splits: as for :func:`tropical.verification.verify.verify`.
        evaluate: another way to compute exact outputs, by which a point is checked at the end.
    """

    def __init__(
        self,
        program: GateProgram,
        prop: Property,
        exact: bool = False,
        evaluate: Evaluate | None = None,
        input_splits: int = 0,
    ) -> None:
        self.program, self.property = program, prop
        self.evaluate: Evaluate = program if evaluate is None else evaluate
        self.started = time.monotonic()
        self.levels = program_levels(program)
        self.documents = [case_document(case) for case in prop.cases]
        self.cases: list[CaseSearch | None] = [None] * len(prop.cases)
        self.trees = [Branch() for _ in prop.cases]
        self.exact, self.input_splits = exact, input_splits
        self.stack: list[tuple[int, OpenNode]] = []
        self.state = Progress()
        self.margin: Fraction | None = None
        self.point: Vector | None = None
        self.is_empty = True
        self.next_hunt, self.n_hunts = HUNT_AFTER, 0

    @classmethod
    def of(cls, network: Network, prop: Property, exact: bool = False, input_splits: int = 0) -> Search:
        """Return the search for a network.

        Raises:
            ShapeError: if the property is about another number of inputs or outputs.
        """
        check_dimensions(network, prop)
        return cls(network.program, prop, exact, network, input_splits)

    def run(self, stopping: Stopping) -> Verdict:
        """Search until the question is decided or it is time to stop."""
        self.begin()
        while self.stack and self.point is None:
            reason = stopping(self.state)
            if reason is not None:
                return self.verdict(reason)
            self.step()
        return self.verdict(None)

    def begin(self, guess: bool = True) -> None:
        """Decide what inputs alone decide, and try points in all cases."""
        for number in range(len(self.cases)):
            found = self._case(number)
            if found is not None:
                self.cases[number] = found
                self.is_empty = False
        for case in self.cases:
            if guess and self.point is None and case is not None:
                self.point = next(filter(self.satisfies, case.guesses()), None)
        for number, case in reversed(list(enumerate(self.cases))):
            if case is not None:
                root = case.root()
                root.branch = self.trees[number]
                self.stack.append((number, root))
        self.state.n_open = len(self.stack)

    def hunt(self) -> None:
        """Try many points in all cases that are open, which share them, more of them after more nodes."""
        numbers = dict.fromkeys(number for number, _ in self.stack)
        products = PRODUCTS * max(self.state.n_nodes, HUNT_AFTER) // max(len(numbers), 1)
        self.n_hunts += 1
        for number in numbers:
            case = self.cases[number]
            if case is not None and self.point is None:
                self.point = next(filter(self.satisfies, case.hunt(products, self.n_hunts)), None)

    def _case(self, number: int) -> CaseSearch | None:
        """Return the search in a case; None if no input satisfies its conditions, or a point of it was found."""
        case = self.property.cases[number]
        if is_empty_box(case) or not case.outputs:
            return None
        found = case_search(self.levels, self.documents[number], self.satisfies, self.exact, self.input_splits)
        if case.rows or () in case.outputs:
            inside = ExactCell.of(found.levels, found.document, (), {}).some_point()
            if isinstance(inside, list):
                self.trees[number].proofs.append(inside)
                return None
            point = found.levels.lifted(inside)
            if self.satisfies(point):
                self.point = point
        return found

    def satisfies(self, point: Sequence[Fraction]) -> bool:
        """Whether a point satisfies the property, exactly."""
        return satisfied_clause(self.property, point, self.program(point)) is not None

    def step(self) -> None:
        """Work at one open node."""
        if self.state.n_nodes >= self.next_hunt:
            self.next_hunt = HUNT_AGAIN * max(self.state.n_nodes, 1)
            self.hunt()
            if self.point is not None:
                return
        place = len(self.stack) - 1
        if self.state.n_nodes % LOOK_AROUND == LOOK_AROUND - 1:
            place = max(range(len(self.stack)), key=lambda i: self.stack[i][1].promise)
        number, node = self.stack[place]
        case = self.cases[number]
        assert case is not None, "a case without a search has no node"
        found = case.step(node)
        if isinstance(found, tuple):
            self.point = found
            return
        del self.stack[place]
        self.stack += [(number, part) for part in found]
        margin = case.margin(node)
        self.note(margin)
        self.state.n_nodes += 1
        if not found:
            node.branch.margin = None if margin is None else nearest(margin)
            self.state.n_leaves += 1
            self.state.share += 0.5 ** len(node.path) / sum(own is not None for own in self.cases)
        self.state.n_open = len(self.stack)

    def note(self, margin: Fraction | None) -> None:
        """Note an amount by which all inputs of a node miss a clause."""
        if margin is not None:
            self.margin = margin if self.margin is None else min(margin, self.margin)

    def verdict(self, stopped_by: str | None) -> Verdict:
        """Return what is known; a point is checked by the exact call of the network."""
        state, known = self.state, self.point is not None or not self.stack
        answer: Answer = "sat" if self.point is not None else "unsat" if known and stopped_by is None else "unknown"
        outputs = clause = amounts = None
        if self.point is not None:
            outputs = self.evaluate(self.point)
            clause = satisfied_clause(self.property, self.point, outputs)
            if clause is None:
                raise VerificationFailed("the network has other values at the point that was found to be a solution")
            amounts = slack(self.property, clause, self.point, outputs)
        return Verdict(
            answer,
            self.point,
            outputs,
            clause,
            amounts,
            self.margin if answer == "unsat" else None,
            state.n_nodes,
            state.n_leaves,
            len(self.stack) if answer == "unknown" else 0,
            1.0 if answer == "unsat" else min(state.share, 1.0),
            stopped_by if answer == "unknown" else None,
            time.monotonic() - self.started,
            self.is_empty and answer == "unsat",
            sum(node.unit >= self.levels.n_units for tree in self.trees for node in tree.nodes()),
            trees=tuple(self.trees),
        )


PROGRAMS_KEPT = 2
_levels: OrderedDict[int, tuple[GateProgram, Levels]] = OrderedDict()
"""The units of the last few programs, by the id of the program, which is kept with them so that no other has it."""


def program_levels(program: GateProgram) -> Levels:
    """Return the units of a program as the checker reads them."""
    if id(program) not in _levels:
        _levels[id(program)] = program, Levels(Units(program_document(program)))
        while len(_levels) > PROGRAMS_KEPT:
            _levels.popitem(last=False)
    return _levels[id(program)][1]


def is_empty_box(case: Case) -> bool:
    """Whether a bound from below is larger than one from above."""
    return any(a is not None and b is not None and a > b for a, b in zip(case.lower, case.upper, strict=True))


def check_dimensions(network: Network, prop: Property) -> None:
    """Refuse a property of another network.

    Raises:
        ShapeError: with both numbers of inputs, or of outputs.
    """
    for noun, own, given in (
        ("inputs", prop.n_inputs, network.input_dim),
        ("outputs", prop.n_outputs, network.output_dim),
    ):
        if own != given:
            raise ShapeError(f"the property has {own} {noun}, the network {given}")
