"""Recession functions: what is left of a piecewise linear map far out, where its constants no longer matter.

A gate program is a map F of ``(x_0, x)`` that is positively homogeneous where ``x_0 >= 0``, asked at ``x_0 = 1``. At
``x_0 = 0`` all constants are left out: ``F(0, u)`` is the limit of ``f(t u) / t``, the recession function of f.

*Claim.* Over a polyhedron P that is not empty, f is not bounded above iff ``F(0, u) > 0`` for a u in the recession cone
C of P.

F is continuous and affine on finitely many pieces, so ``|F(1, x) - F(0, y)| <= L |x - y| + L`` for some L. P is Q + C
with a polytope Q. If ``F(0, .) <= 0`` on C, then ``f(q + c) <= F(0, c) + L |q| + L <= L |q| + L`` is bounded. If
``F(0, u) > 0``, then ``f(q + t u) >= F(0, t u) - L |q| - L``, and ``F(0, t u) = t F(0, u)`` grows without end.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from polytopes.enumeration.gate_program import Gate, GateProgram, Stage
from polytopes.polyhedra.polyhedron import Polyhedron


def recession_program(program: GateProgram) -> GateProgram:
    """Return the program without constants: of ``f(t u) / t`` for t to infinity.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu(build.linear([{0: -5, 1: 2}])))
    >>> program([Fraction(4)]), recession_program(program)([Fraction(4)])
    ((Fraction(3, 1),), (Fraction(8, 1),))
    """
    known = program.input_dim + 1

    def moved(slots: tuple[int, ...]) -> tuple[int, ...]:
        """The slot after the coordinates holds zero, and is read in place of the constant."""
        return tuple(known if slot == 0 else slot + (slot >= known) for slot in slots)

    stages = [
        evolve(
            stage,
            sources=moved(stage.sources),
            gates=tuple(Gate(moved(gate.selectors), moved(gate.outputs)) for gate in stage.gates),
        )
        for stage in program.stages
    ]
    zero = Stage((0,), ((0,),), (), "zero")
    scales = (*program.scales[:known], Fraction(1), *program.scales[known:])
    return GateProgram(program.input_dim, (zero, *stages), moved(program.outputs), scales)


def recession_domain(domain: Polyhedron | None) -> Polyhedron | None:
    """Return the recession cone of a polyhedron that is not empty, None for the whole space.

    >>> recession_domain(Polyhedron.from_rows([(0, 1, 0), (3, -1, 0), (5, 0, 1)])).rays
    ((0, 1),)
    """
    if domain is None:
        return None
    rows, equations = ([(0, *row[1:]) for row in part] for part in (domain.inequalities, domain.equations))
    return Polyhedron.from_rows(rows, equations, domain.ambient_dim)
