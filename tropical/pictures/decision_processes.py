"""Pictures of Markov decision processes: polytope and flow, decay of the gap, transitions. Needs matplotlib."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from math import prod
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from polytopes.arithmetic.rationals import Vector
from polytopes.decision_processes.flow import FlowPoint, central_path
from polytopes.decision_processes.policies import completed, occupancy, uniform_policy
from polytopes.drawing.figures import floats, new_panels, pyplot, style
from tropical.pictures.region_colors import LINES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from polytopes.decision_processes.policy_rates import ProcessRates
    from polytopes.decision_processes.process import MDP

MOST_PAIRS, MOST_POLICIES, MOST_STATES = 24, 512, 40
"""The polytope is drawn up to so many pairs of states and actions, and policies; transitions up to so many states."""
DECADES = 10
"""Powers of ten by which the gap falls in a picture of its decay."""
POINTS = 60
"""Points of a flow line."""
STARTS = 5
"""Flow lines in the polytope."""


def plot_process(
    process: MDP,
    rates: ProcessRates,
    start: Vector | None = None,
    *,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw a process in three panels.

    Left the state-action polytope in its first two principal directions, with flow lines, the direction in which the
    reward grows, and the slowest edge; in the middle gap and divergence of the flow against time, with the lines of the
    rates; right the transitions, optimal actions bold. What is too large to be drawn is left out and said.

    Args:
        process: the process.
        rates: its rates.
        start: a distribution with positive entries, that of the uniform policy if None.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.
    """
    first = occupancy(process, uniform_policy(process)) if start is None else start
    pyplot()
    with style(ax):
        figure, (left, middle, right) = new_panels(11.4, 3.6, 3, ax=ax, figsize=figsize)
        _draw_polytope(left, process, rates, first)
        _draw_decay(middle, process, rates, first)
        _draw_transitions(right, process, rates)
    return figure


def _flow(process: MDP, rates: ProcessRates, start: Vector, times: NDArray[np.float64]) -> list[FlowPoint]:
    value = rates.solution.value
    return list(central_path(process.state_action_polytope, process.reward_vector, start, value, times.tolist()))


def _say(axes: Axes, text: str) -> None:
    axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes, wrap=True)
    axes.set_axis_off()


def _draw_polytope(axes: Axes, process: MDP, rates: ProcessRates, start: Vector) -> None:
    axes.set_title("state-action polytope", fontsize=10)
    if len(process.pairs) > MOST_PAIRS:
        _say(axes, f"{len(process.pairs)} actions: too many\nto draw the polytope")
        return
    policies = prod(map(len, process.transitions))
    if policies > MOST_POLICIES:
        _say(axes, f"{policies:,} policies: too many\nto draw the polytope")
        return
    polytope = process.state_action_polytope
    corners = np.array(floats(polytope.vertices))
    center = corners.mean(axis=0)
    directions = np.linalg.svd(corners - center, full_matrices=False)[2][: min(2, polytope.dim)]
    directions = np.vstack([directions, np.zeros((2 - len(directions), corners.shape[1]))])

    def drawn(points: Any) -> NDArray[np.float64]:
        return np.asarray((np.asarray(points, dtype=float) - center) @ directions.T)

    flat = drawn(corners)
    for i, j in polytope.edge_graph().edges:
        axes.plot(*flat[[i, j]].T, color="0.55", lw=0.9, zorder=1)
    slowest = _slowest_ends(process, rates)
    if slowest is not None:
        axes.plot(*drawn(floats(slowest)).T, color="#CC3311", lw=2.2, zorder=2, label="slowest edge")
    if all(start):
        times = _times(rates)
        for k, own in enumerate(_starts(process, start)):
            line = drawn([point.point for point in _flow(process, rates, own, times)])
            axes.plot(*line.T, color=LINES[0][0], lw=1.0, zorder=3, label="flow" if not k else None)
            axes.plot(*line[0], "o", color=LINES[0][0], ms=3, zorder=3)
    reward = directions @ np.array(floats([process.reward_vector])[0])
    if np.linalg.norm(reward) > 0:
        tip = reward / np.linalg.norm(reward) * 0.25 * np.ptp(flat, axis=0).max()
        axes.annotate("", xy=tip, xytext=(0, 0), arrowprops={"arrowstyle": "->", "color": "#117733", "lw": 1.5})
        axes.plot([], [], color="#117733", label="reward grows")
    axes.plot(*flat.T, "k.", ms=5, zorder=4)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel("first principal direction")
    axes.set_ylabel("second")
    axes.legend(loc="best", frameon=False, fontsize=8)


def _starts(process: MDP, start: Vector) -> list[Vector]:
    """Return the start, and points between it and some vertices."""
    corners = process.state_action_polytope.vertices
    chosen = corners[:: max(1, len(corners) // (STARTS - 1))][: STARTS - 1]
    part = Fraction(4, 5)
    moved = [tuple(part * c + (1 - part) * s for c, s in zip(corner, start, strict=True)) for corner in chosen]
    return [start, *moved]


def _slowest_ends(process: MDP, rates: ProcessRates) -> tuple[Vector, Vector] | None:
    step = rates.slowest
    return None if step is None else (occupancy(process, step.policy), occupancy(process, step.other))


def _times(rates: ProcessRates) -> NDArray[np.float64]:
    scale = float(rates.delta_tv or 1)
    end = DECADES * np.log(10) / scale
    return np.unique(np.concatenate([[0.0], np.geomspace(end / 1000, end, POINTS), np.linspace(0, end, POINTS)]))


def _draw_decay(axes: Axes, process: MDP, rates: ProcessRates, start: Vector) -> None:
    axes.set_title("decay along the flow", fontsize=10)
    if not all(start) or rates.delta_tv is None:
        _say(axes, "no rate: all policies are optimal" if all(start) else "the start has an entry 0")
        return
    if len(process.pairs) > 10 * MOST_PAIRS:
        _say(axes, f"{len(process.pairs)} actions: too many\nto follow the flow")
        return
    times = _times(rates)
    path = _flow(process, rates, start, times)
    gaps = np.array([float(point.gap) for point in path])
    axes.semilogy(times[gaps > 0], gaps[gaps > 0], color=LINES[0][0], lw=1.8, label="gap")
    optimum = _only_optimum(process, rates)
    if optimum is not None:
        logs = np.array([point.log_point for point in path])
        inside = optimum > 0
        apart = (optimum[inside] * (np.log(optimum[inside]) - logs[:, inside])).sum(axis=1)
        shown = apart > apart[0] * 10.0**-DECADES
        axes.semilogy(times[shown], apart[shown], color=LINES[1][0], lw=1.8, label="divergence")
        axes.semilogy(times[1:], apart[0] / times[1:], color="0.5", lw=0.9, ls=":", label="KL0/t")
    lines = [("exp(-Delta t)", rates.delta_tv, "--"), ("exp(-Delta_K t)", rates.solution.kakade, "-.")]
    for name, rate, dash in lines:
        if rate is not None:
            axes.semilogy(times, gaps[0] * np.exp(-float(rate) * times), color="0.3", lw=0.9, ls=dash, label=name)
    axes.set_ylim(gaps[0] * 10.0**-DECADES, None)
    axes.set_xlabel("t")
    axes.legend(loc="best", frameon=False, fontsize=8)


def _only_optimum(process: MDP, rates: ProcessRates) -> NDArray[np.float64] | None:
    first, *others = islice(rates.solution.partial_policies(), 2)
    return None if others else np.array(floats([occupancy(process, completed(process, first))])[0])


def _draw_transitions(axes: Axes, process: MDP, rates: ProcessRates) -> None:
    axes.set_title("transitions, optimal actions bold", fontsize=10)
    if process.n_states > MOST_STATES:
        _say(axes, f"{process.n_states} states: too many\nto draw transitions")
        return
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(process.n_states))
    places = nx.circular_layout(graph)
    optimal = rates.solution.optimal_actions
    nx.draw_networkx_nodes(graph, places, ax=axes, node_color="#DDEEFF", edgecolors="0.3", node_size=420)
    nx.draw_networkx_labels(graph, places, dict(enumerate(process.state_names)), ax=axes, font_size=8)
    for s, a in process.pairs:
        color, wide = LINES[a % len(LINES)][0], a in optimal[s]
        for t in process.supports[s][a]:
            nx.draw_networkx_edges(
                graph,
                places,
                [(s, t)],
                ax=axes,
                edge_color=color,
                width=2.2 if wide else 0.9,
                connectionstyle=f"arc3,rad={0.12 + 0.16 * a}",
                node_size=420,
                arrowsize=11,
            )
    for a in range(max(map(len, process.transitions))):
        axes.plot([], [], color=LINES[a % len(LINES)][0], label=f"action {a + 1} of its state")
    axes.margins(0.25)
    axes.set_axis_off()
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, -0.18), frameon=False, fontsize=8, ncol=3)
