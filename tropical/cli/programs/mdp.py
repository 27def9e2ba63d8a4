"""The command ``tropical mdp``: values, optimal policies, rates and bounds of a Markov decision process."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import define, field, frozen

from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import refuse_unused
from tropical.cli.networks.pictures import check_picture
from tropical.cli.networks.surveys import answer_table
from tropical.cli.options import Deadline
from tropical.cli.programs.flows import DIGITS, bound_rows, checked_times, print_table
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Vector
    from polytopes.decision_processes.policies import Solution
    from polytopes.decision_processes.policy_rates import ProcessRates
    from polytopes.decision_processes.process import MDP

FOUND = ("optimal_value", "optimal_policy", "optimal_policies", "values", "advantages", "Delta", "delta", "Delta_K")
NOTHING: Document = {
    "process": None,
    **dict.fromkeys(FOUND),
    "complete": False,
    "stopped_by": None,
    "seconds": 0.0,
    "version": __version__,
}
MOST_SHOWN = 20
"""States in a table."""


@frozen
class ProcessOptions:
    """What is asked of the process."""

    start: Annotated[
        str | None,
        typer.Option(
            metavar="uniform|FILE",
            help="Also bound the flow from this policy: all actions alike, or JSON {state: {action: probability}}.",
            show_default=False,
        ),
    ] = None
    times: Annotated[
        str | None, typer.Option(metavar="T,T,...", help="Times of the bounds; with --start.", show_default=False)
    ] = None
    policies: Annotated[bool, typer.Option("--policies", help="List all optimal policies.")] = False
    polytope: Annotated[
        bool, typer.Option("--polytope", help="List vertices and edges of the state-action polytope.")
    ] = False
    normalize: Annotated[
        bool, typer.Option("--normalise", "--normalize", help="Divide probabilities by their sums.")
    ] = False
    digits: Annotated[
        int | None, typer.Option(metavar="D", min=1, max=1000, help=f"Digits of the bounds; {DIGITS} if not given.")
    ] = None
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop at more than N optimal policies, or steps from them.")
    ] = None
    deadline: Deadline = None

    def check(self) -> None:
        """Refuse what would do nothing."""
        if self.start is None:
            refuse_unused("is of the bounds of a flow; give --start too", times=self.times, digits=self.digits)


@command(Panel.programs, NOTHING)
def mdp(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A process in JSON: states, transitions, rewards, discount, initial.",
            show_default=False,
        ),
    ],
    *,
    options: ProcessOptions,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw polytope and flow, their decay, and the transitions: .pdf, .svg or .png.",
            show_default=False,
        ),
    ] = None,
    answer: Answer,
) -> Stop | None:
    """Solve a Markov decision process exactly: values, optimal policies, and rates of natural policy gradients.

    Rewards are means, (1 - gamma) E sum gamma^t r. Delta and delta are rates of state-action natural policy gradients,
    Delta_K is Kakade's exponent.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit or by the clock, with what is known; 130 Ctrl-C.
    """
    options.check()
    answer.check(source, others=(plot,))
    if plot is not None:
        check_picture(plot)
    interrupts_are_raised()
    work = _Work(source, options, plot)
    stopped_by = guarded(options.deadline, work.run, "solving the process")
    document = {
        **work.found,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - work.began,
        "version": __version__,
    }
    answer.publish(document, show, KNOWN)
    return stopped_by


@define
class _Work:
    """The questions in their order, and the answers so far."""

    source: Path
    options: ProcessOptions
    plot: Path | None
    began: float = field(factory=time.perf_counter)
    found: Document = field(factory=lambda: {"process": None, **dict.fromkeys(FOUND)})

    def run(self) -> None:
        from polytopes.arithmetic.rationals import exact_text
        from polytopes.decision_processes.process import MDP

        at = checked_times(self.options.times)
        process = MDP.from_json(self.source, normalize=self.options.normalize)
        first = None if self.options.start is None else _start(process, self.options.start)
        self.found["process"] = {
            "source": str(self.source),
            "states": process.n_states,
            "actions": len(process.pairs),
            "discount": exact_text(process.discount),
        }
        solution = process.solve()
        self.found.update(solution.as_dict())
        self._policies(solution)
        rates = process.rates(self.options.limit)
        self.found.update(rates.as_dict())
        if self.options.polytope:
            self.found["polytope"] = _polytope(process)
        if first is not None:
            self._bounds(process, rates, first, at)
        if self.plot is not None:
            from polytopes.drawing.figures import save_picture
            from tropical.pictures.decision_processes import plot_process

            save_picture(plot_process(process, rates, first), self.plot)

    def _policies(self, solution: Solution) -> None:
        from polytopes.decision_processes.policies import named_policy

        limit = self.options.limit
        try:
            self.found["optimal_policies"] = solution.count_optimal_policies(limit)
        except LimitReached as stop:
            self.found["optimal_policies_at_least"] = stop.partial
            raise
        if self.options.policies:
            listed = self.found["all_optimal_policies"] = list[Document]()
            for policy in solution.optimal_policies(limit):
                listed.append(named_policy(solution.process, policy))

    def _bounds(self, process: MDP, rates: ProcessRates, first: Vector, at: Vector) -> None:
        from polytopes.arithmetic.rationals import exact_text
        from polytopes.decision_processes.flow_bounds import flow_bounds

        bounds = flow_bounds(optimal_vertices(process, rates), rates.delta_tv, first, self.options.digits or DIGITS)
        self.found.update(start=list(map(exact_text, first)), **bounds.as_dict(at))


def optimal_vertices(process: MDP, rates: ProcessRates) -> list[Vector]:
    """Return the vertices of the optimal face of the state-action polytope."""
    from polytopes.decision_processes.policies import completed

    return [process.occupancy(completed(process, chosen)) for chosen in rates.solution.partial_policies()]


def _start(process: MDP, text: str) -> Vector:
    from polytopes.decision_processes.policies import occupancy, read_policy, uniform_policy

    policy = uniform_policy(process) if text == "uniform" else read_policy(process, Path(text))
    found: Vector = occupancy(process, policy)
    if not all(found):
        raise InputError(
            f"--start {text}: some actions have mass 0; a flow starts at a policy that takes all actions, in a process "
            "that visits all states"
        )
    return found


def _polytope(process: MDP) -> Document:
    from polytopes.arithmetic.rationals import exact_text

    polytope = process.state_action_polytope
    edges = sorted(polytope.edge_graph().edges)
    vertices = [list(map(exact_text, vertex)) for vertex in polytope.vertices]
    return {"dim": polytope.dim, "vertices": vertices, "edges": [list(edge) for edge in edges]}


def show(document: Document) -> None:
    """Print what is known of a process for a person."""
    table = answer_table()
    if document["optimal_value"] is not None:
        table.add_row("optimal value", short_number(document["optimal_value"]))
        count = document["optimal_policies"]
        table.add_row("optimal policies", "too many to count" if count is None else f"{count:,}")
        for state, action in list(document["optimal_policy"].items())[:MOST_SHOWN]:
            value = short_number(document["values"][state])
            table.add_row(f"  state {state}", f"action {action}, value {value}")
        if len(document["optimal_policy"]) > MOST_SHOWN:
            table.add_row("", "...")
    if "state_exploration" in document:
        for name in ("Delta", "delta", "Delta_K"):
            rate = document[name]
            table.add_row(name, "none: all policies are optimal" if rate is None else short_number(rate))
        slowest = document["slowest"]
        if slowest is not None and "state" in slowest:
            table.add_row("slowest step", f"action {slowest['action']} in state {slowest['state']}")
        visited = (
            "yes" if document["state_exploration"] else f"no: {', '.join(document['avoidable_states'])} may be avoided"
        )
        table.add_row("every policy visits all states", visited)
    if "polytope" in document:
        own = document["polytope"]
        table.add_row("state-action polytope", f"dimension {own['dim']}, {len(own['vertices'])} vertices")
        table.add_row("edges", f"{len(own['edges'])}")
    if "KL0" in document:
        for row in bound_rows(document):
            table.add_row(*row)
    print_table(table)
