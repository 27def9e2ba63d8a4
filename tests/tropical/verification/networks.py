"""Networks and properties for tests of verification."""

from __future__ import annotations

import random
from fractions import Fraction

from tropical import Network
from tropical.networks.layers import Abs, Affine, LeakyReLU, MaxPool, ReLU, Reshape

ABSOLUTE = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
TENT = Network.from_weights([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
THIRD = Network.from_weights([([[3], [-3]], [-1, 1]), ([[1, 1]], [0])])
TENTH = Network.from_weights([([[1]], [0]), ([[Fraction(13421773, 134217728)]], [0])])
STEP = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -1]], [0])])
OPPOSITE = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, -1], [-1, 1]], [0, 0])])


def text(assertions: str, inputs: int = 1, outputs: int = 1) -> str:
    """The text of a property with these assertions."""
    names = [f"X_{i}" for i in range(inputs)] + [f"Y_{i}" for i in range(outputs)]
    return "".join(f"(declare-const {name} Real)\n" for name in names) + assertions + "\n"


def box(*bounds: tuple[str, str]) -> str:
    """Assertions that bound the inputs."""
    return "".join(f"(assert (>= X_{i} {a}))(assert (<= X_{i} {b}))" for i, (a, b) in enumerate(bounds))


KNOWN = [
    (ABSOLUTE, box(("-1", "1")) + "(assert (>= Y_0 1))", "sat", None),
    (ABSOLUTE, box(("-1", "1")) + "(assert (>= Y_0 1.000000000000000000000001))", "unsat", None),
    (ABSOLUTE, box(("-1", "1")) + "(assert (<= Y_0 0))", "sat", "0"),
    (ABSOLUTE, box(("0.1", "1")) + "(assert (<= Y_0 0.1))", "sat", "1/10"),
    (ABSOLUTE, box(("-0.3", "-0.3")) + "(assert (>= Y_0 0.3))", "sat", "-3/10"),
    (ABSOLUTE, box(("1", "-1")) + "(assert (>= Y_0 0))", "unsat", None),
    (ABSOLUTE, box(("-2.5E-1", "+.75e0")) + "(assert (>= Y_0 75.e-2))", "sat", "3/4"),
    (ABSOLUTE, box(("-2", "-1")) + "(assert (<= Y_0 X_0))", "unsat", None),
    (TENT, box(("0", "1")) + "(assert (>= Y_0 1))", "sat", "1/2"),
    (THIRD, box(("0", "1")) + "(assert (<= Y_0 0))", "sat", "1/3"),
    (TENTH, box(("0", "1")) + "(assert (>= Y_0 0.1))", "sat", None),
    (TENTH, box(("0", "1")) + "(assert (>= Y_0 0.10000000149011612))", "unsat", None),
    (STEP, "(assert (>= Y_0 1))", "sat", None),
    (STEP, "(assert (>= Y_0 1.5))", "unsat", None),
    (
        ABSOLUTE,
        "(assert (or (and (<= -2 X_0) (<= X_0 -1)) (and (<= 1 X_0) (<= X_0 2)))) (assert (<= Y_0 0.5))",
        "unsat",
        None,
    ),
    (
        ABSOLUTE,
        "(assert (or (and (<= -2 X_0) (<= X_0 -1) (>= Y_0 2)) (and (<= 1 X_0) (<= X_0 2) (<= Y_0 0.5))))",
        "sat",
        "-2",
    ),
]
"""Network, assertions, verdict, and the solution if there is only one."""


def small(seed: int) -> Network:
    """A network with two inputs and small integer weights; some have windows, bent or broken lines."""
    draw = random.Random(seed)

    def affine(rows: int, columns: int) -> Affine:
        matrix = [[draw.randint(-3, 3) for _ in range(columns)] for _ in range(rows)]
        return Affine(matrix, [Fraction(draw.randint(-4, 4), 2) for _ in range(rows)])

    bends = [ReLU(), LeakyReLU("1/10"), Abs(), ReLU()][seed % 4]
    if seed % 5 == 4:
        pool = [Reshape((1, 6)), MaxPool(3, stride=1), Reshape((-1,))]
        return Network.chain(2, [affine(6, 2), *pool, affine(3, 4), bends, affine(2, 3)])
    return Network.chain(2, [affine(4, 2), bends, affine(4, 4), ReLU(), affine(2, 4)])
