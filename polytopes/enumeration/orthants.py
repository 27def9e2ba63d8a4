"""A cell with lines is opened at once by gates of the first stage with independent hyperplanes: into orthants.

A cone with independent constraints, whose number with that of its lines is the dimension, is cut by hyperplanes that
are independent of these constraints and of one another, as many as it has lines, into simplicial cones: one for every
choice of sides. With the constraints and the forms as rows of a matrix, the columns of its inverse are the rays of
them all, up to the sign of those that belong to the hyperplanes.
"""

from __future__ import annotations

from attrs import evolve, frozen
from flint import fmpz_mat

from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.splitting_tree import Node, Path, branch
from polytopes.enumeration.vertex_cell import VertexCell

MOST_LINES = 8
"""Cells with more lines are split one gate at a time."""


@frozen
class Orthants:
    """The gates that open a cell, and its rays: those of constraints first, then one on the positive side of each gate.

    Ray i is on all walls but that of constraint or gate i.
    """

    gates: tuple[int, ...]
    rays: tuple[Row, ...]


def find_orthants(program: GateProgram, node: Node, n_gates: int) -> Orthants | None:
    """Return how the first ``n_gates`` gates, which are max(0, z), open the cell of the root; None if they do not.

    They do so by the first of them whose forms are independent.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration.domain_cell import root_node
    >>> build = ProgramBuilder(2)
    >>> program = build.finish(build.relu(build.linear([{1: 1}, {1: 2, 0: 1}, {2: 1, 0: -1}])))
    >>> find_orthants(program, root_node(program, None, "vertices", False)[1], 3)
    Orthants(gates=(0, 2), rays=((1, 0, 1), (0, 1, 0), (0, 0, 1)))
    """
    cell = node.geometry
    if not isinstance(cell, VertexCell) or node.stage or node.path or len(cell.lines) > MOST_LINES:
        return None
    n, given = cell.size, len(cell.constraints)
    if len(cell.rays) != given or given + len(cell.lines) != n:
        return None
    forms = [*cell.constraints, *(node.tape[gate.selectors[1]] for gate in program.stages[0].gates[:n_gates])]
    independent = independent_columns(fmpz_mat(len(forms), n, [entry for form in forms for entry in form]).transpose())
    if len(independent) < n or independent[:given] != list(range(given)):
        return None
    matrix = fmpz_mat(n, n, [entry for k in independent for entry in forms[k]])
    scale = abs(int(matrix.det()))
    columns = zip(*matrix.inv().tolist(), strict=True)
    rays = tuple(primitive([int(entry.p) * (scale // int(entry.q)) for entry in column]) for column in columns)
    return Orthants(tuple(k - given for k in independent[given:]), rays)


def independent_columns(columns: fmpz_mat) -> list[int]:
    """Return the first columns that are independent: the pivots of the reduced echelon form."""
    reduced, _, rank = columns.rref()
    return [next(j for j, entry in enumerate(row) if entry) for row in reduced.tolist()[:rank]]


def follow(program: GateProgram, node: Node, path: Path) -> Node:
    """Return the node that splits by open gates of the node's stage, in the order of a path, lead to."""
    for gate, winner in path:
        g = gate - len(node.winners)
        [chosen] = [entry for entry in node.open if entry[0] == g]
        others = tuple(entry for entry in node.open if entry[0] != g)
        [node] = [
            child for child in branch(program, evolve(node, open=(chosen, *others))) if child.present[g] == winner
        ]
    return node
