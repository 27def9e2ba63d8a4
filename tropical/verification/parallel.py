"""Verification in slices: by several processes, on a cluster, and continued from a file, as counts are.

A path is the number of a case, as the pair (case, CASE), followed by the splits on the way to a node.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from fractions import Fraction
from functools import cached_property

from attrs import evolve, field, frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.enumeration.parallel.scheduler import slices, workers
from polytopes.enumeration.parallel.slices import Problem, Slice, Slicer, never
from polytopes.enumeration.splitting_tree import Path
from polytopes.errors import FileFormatError
from tropical.regions.parallel import Sharing
from tropical.verification.property import Property
from tropical.verification.property_search import Search, Stopping, Verdict
from tropical.verification.search import Branch, CaseSearch, OpenNode
from tropical.verification.trees import graft, spelled_tree

HUNTS = 4
"""So often points at random are tried before the search is shared."""
CASE = 2
"""Stands in the first pair of a path beside the number of a case."""


@frozen(slots=False)
class VerificationProblem(Problem):
    """A network and a property, in a form that is small when it is sent to another process."""

    prop: Property = field(kw_only=True)
    exact: bool = field(kw_only=True)
    input_splits: int = field(default=0, kw_only=True)

    def slicer(self) -> SearchSlicer:
        """Return what works at slices of the search."""
        return SearchSlicer(self)

    @property
    def has_notes(self) -> bool:
        """Whether slices have notes, which are kept: of the tree, the margin and the share that is done."""
        return True

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the program with its outputs, and of the property."""
        cases = [(c.lower, c.upper, c.rows, c.outputs, c.factors) for c in self.prop.cases]
        whole = (self.program.outputs, self.program.scales, cases, self.exact, self.input_splits)
        program = Problem(self.program, None, self.method, self.relative, self.bounded).digest
        return hashlib.sha256(f"verification 4 {program} {whole!r}".encode()).hexdigest()


@frozen
class Part(Slice):
    """What a slice of a search found: ``count`` leaves and ``n_bounded`` nodes.

    ``point`` satisfies the property. The notes have the least ``margin`` of what was refuted, the ``share`` of the
    tree, and the trees below the paths that were given.
    """

    point: Vector | None = None


class SearchSlicer(Slicer):
    """Works at slices of one search; made once in every process that works on it."""

    def __init__(self, problem: VerificationProblem) -> None:
        self.search = Search(problem.program, problem.prop, problem.exact, input_splits=problem.input_splits)
        self.search.begin(guess=False)
        self.roots: list[Path] = [((number, CASE),) for number, _ in self.search.stack]

    def slice(self, path: Path = (), seconds: float = 1.0, hurried: Callable[[], bool] = never) -> Part:
        """Work below the node at the end of a path for about so many seconds."""
        return self.slices([path], seconds, hurried)

    def slices(self, paths: Iterable[Path], seconds: float = 1.0, hurried: Callable[[], bool] = never) -> Part:
        """Work below several nodes, the last first, until the time is up; at one node at least."""
        given = list(paths)
        waiting = list(given)
        before = self._weight(waiting)
        open_nodes: list[tuple[int, OpenNode]] = []
        trees: list[tuple[Path, Branch]] = []
        leaves = nodes = 0
        margin: Fraction | None = None
        started = time.perf_counter()
        while waiting or open_nodes:
            if not open_nodes:
                path = waiting.pop()
                if not path:
                    waiting += self.roots
                    continue
                open_nodes.append((path[0][0], self._case(path).at(path[1:])))
                trees.append((path, open_nodes[-1][1].branch))
            number, node = open_nodes.pop()
            case = self._case(((number, CASE),))
            found = case.step(node)
            if isinstance(found, tuple):
                return Part(0, 0, tuple(given), found)  # nothing is done: whoever asks again finds it again
            open_nodes += [(number, part) for part in found]
            nodes, leaves = nodes + 1, leaves + (not found)
            own = case.margin(node)
            if own is not None:
                margin = own if margin is None else min(own, margin)
            if time.perf_counter() > started + seconds or hurried():
                break
        left: tuple[Path, ...] = (*waiting, *(((number, CASE), *node.path) for number, node in open_nodes))
        still_open = {id(node.branch) for _, node in open_nodes}
        found_below = [[path, spelled_tree(branch, still_open)] for path, branch in trees]
        text = None if margin is None else str(margin)
        notes = json.dumps([text, before - self._weight(left), found_below], separators=(",", ":"))
        return Part(leaves, nodes, left, notes=notes)

    def _case(self, path: Path) -> CaseSearch:
        case = self.search.cases[path[0][0]]
        assert case is not None, "only cases with inputs have paths"
        return case

    def _weight(self, paths: Sequence[Path]) -> float:
        """Return the part of the tree below paths, if a split halves it."""
        return sum(0.5 ** (len(path) - 1) / max(len(self.roots), 1) if path else 1.0 for path in paths)


def verify_in_slices(search: Search, sharing: Sharing, stopping: Stopping) -> Verdict:
    """Decide the question of a search as :meth:`Search.run` does, with the work shared as ``sharing`` says.

    Raises:
        InputError: if the file to resume from cannot be used.
        FileFormatError: if what it says of the tree cannot be.
        WorkersLost: if workers die again and again over the same piece of work.
    """
    search.begin()
    for _ in range(HUNTS):
        if search.point is None:
            search.hunt()
    if search.point is not None or not search.stack:
        return search.verdict(None)
    # The method names that of counts that need fresh processes: linear programs start threads.
    problem = VerificationProblem(
        search.program,
        None,
        "witness",
        False,
        False,
        prop=evolve(search.property, text=""),
        exact=search.exact,
        input_splits=search.input_splits,
    )
    state = search.state
    with ExitStack() as stack:
        store = None
        if sharing.resume is not None:
            from polytopes.enumeration.parallel.checkpoint import Checkpoint

            store = stack.enter_context(Checkpoint(sharing.resume, problem))
        if sharing.cluster is not None:
            from polytopes.enumeration.parallel.cluster import cluster_workers

            hands = stack.enter_context(cluster_workers(sharing.cluster))
        else:
            hands = workers(problem, sharing.jobs, sharing.executor)
        parts = stack.enter_context(closing(slices(problem, hands, store)))
        for part in parts:
            state.n_leaves, state.n_nodes = state.n_leaves + part.count, state.n_nodes + part.n_bounded
            if part.notes:
                _learn(search, part.notes)
            if isinstance(part, Part) and part.point is not None:
                search.point = part.point
                return search.verdict(None)
            # what an earlier run has done does not stop this one
            reason = stopping(state) if isinstance(part, Part) or not (part.n_bounded or part.notes) else None
            if reason is not None:
                return search.verdict(reason)
    search.stack.clear()
    return search.verdict(None)


def _learn(search: Search, notes: str) -> None:
    """Take what a slice found into a search."""
    try:
        margin, share, trees = json.loads(notes)
        search.note(None if margin is None else Fraction(margin))
        search.state.share += share
        for [[[number, _], *path], below] in trees:
            graft(search.trees[number], path, below)
    except (ValueError, TypeError, LookupError) as error:
        raise FileFormatError(f"what was recorded of the search cannot be read: {error!r:.100}") from None
