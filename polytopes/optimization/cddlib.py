"""Exact linear programs through pycddlib's ``cdd.gmp``: the solver of last resort, and a cross-check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import cdd.gmp
from cdd import LPObjType, LPStatusType, RepType

from polytopes.arithmetic.rationals import Vector

Status = Literal["optimal", "infeasible", "unbounded"]


def maximum(
    objective: Sequence[Any], inequalities: Sequence[Sequence[Any]], equations: Sequence[Sequence[Any]] = ()
) -> tuple[Status, Vector]:
    """Maximize a homogeneous row over ``{x : r . (1, x) >= 0, e . (1, x) = 0}``.

    The vector is a solution, or empty if there is none. Homogeneous feasibility is fastest in the form ``A x >= 1``
    with objective 0.
    """
    matrix = cdd.gmp.matrix_from_array(
        [*equations, *inequalities, [0] * len(objective)],
        lin_set=range(len(equations)),
        rep_type=RepType.INEQUALITY,
        obj_type=LPObjType.MAX,
        obj_func=list(objective),
    )
    program = cdd.gmp.linprog_from_matrix(matrix)
    cdd.gmp.linprog_solve(program)
    if program.status == LPStatusType.OPTIMAL:
        return "optimal", tuple(program.primal_solution)
    dual_infeasible = {
        LPStatusType.DUAL_INCONSISTENT,
        LPStatusType.STRUC_DUAL_INCONSISTENT,
        LPStatusType.UNBOUNDED,
    }
    if program.status not in dual_infeasible:
        return "infeasible", ()
    # A dual inconsistent program is unbounded or infeasible; without its objective it is one or the other.
    if any(objective) and maximum([0] * len(objective), inequalities, equations)[0] == "infeasible":
        return "infeasible", ()
    return "unbounded", ()
