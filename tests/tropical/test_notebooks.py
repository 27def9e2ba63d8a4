"""What notebooks show: tables in which nothing that was given is read as markup, small pictures, formulas, digits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tropical
from polytopes import Cone, Fan, Polyhedron
from polytopes.arithmetic.decimals import rounded_up, truncated, truncated_root
from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.errors import LimitReached
from tropical import Network
from tropical.networks.layers import Affine, ReLU


def test_names_of_layers_are_text() -> None:
    network = Network.chain(2, [("<script>", Affine([[1, 0], [0, 1]])), ("a&b", ReLU())])
    page = network._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<tr>") == 3
    assert [line.split()[0] for line in network.summary().splitlines()[2:]] == ["<script>", "a&b"]


def test_counts_say_what_is_unknown() -> None:
    network = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])])
    assert "<td>activation regions</td><td>7</td>" in tropical.count_regions(network)._repr_html_()
    try:
        tropical.count_regions(network, limit=2)
    except LimitReached as stop:
        assert "stopped" in stop.partial._repr_html_()


@pytest.mark.parametrize(
    ("shown", "parts"),
    [
        (Polyhedron.box([0, 0], [2, 1]), (1, 4, 4)),
        (Polyhedron.box([0] * 3, [1] * 3), (6, 12, 8)),
        (Polyhedron(rays=[(1, 0), (1, 2)]), (1, 2, 1)),
        (Polyhedron(vertices=[(1, 1)]), (0, 0, 1)),
        (Polyhedron.empty(2), (0, 0, 0)),
        (Polyhedron.box([0] * 4, [1] * 4), (0, 0, 0)),
        (Polyhedron(vertices=[("1e400", 0), (0, 0)]), (0, 0, 0)),
        (Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0, 1), (1, 2), (0, 2)]), (3, 3, 1)),
        (Fan.from_cones([Cone.from_rays([(1, 0, 0), (0, 1, 0)])]), (1, 2, 1)),
    ],
)
def test_small_pictures(shown: Polyhedron | Fan, parts: tuple[int, int, int]) -> None:
    page = shown._repr_html_()
    assert tuple(page.count(f"<{part}") for part in ("polygon", "polyline", "circle")) == parts
    assert repr(shown) in page


def test_formulas_are_shown_if_they_are_short() -> None:
    x, y = tropical.TropicalPolynomial.variables(2)
    assert repr(x + y + 0) == "TropicalPolynomial in 2 variables: max(x, y, 0)"
    long = tropical.TropicalPolynomial.from_terms({k: -k * k for k in range(30)})
    assert repr(long) == "TropicalPolynomial in 1 variable: 30 terms" and long._repr_latex_() is None
    assert repr(tropical.parse("x - max(y, 0)")) == "TropicalRational in 2 variables: x - max(y, 0)"
    pair = tropical.TropicalMap.of([x + y, x * y])
    assert pair._repr_latex_() == r"$\begin{pmatrix} \max\left(x,\, y\right) \\ x + y \end{pmatrix}$"
    fibonacci = RationalSeries((1,), (1, -1, -1))
    assert fibonacci._repr_latex_() == (
        r"$\frac{1}{1 - x - x^{2}} = 1 + x + 2 x^{2} + 3 x^{3} + 5 x^{4} + 8 x^{5} + 13 x^{6} + \cdots$"
    )
    assert RationalSeries((1, 2), (1,))._repr_latex_() == "$1 + 2 x$"


def test_lipschitz_constants_show_the_square() -> None:
    net = Network.from_weights([([[1, 2]], [0])])
    found = tropical.lipschitz_constants(net)
    assert repr(found) == "Lipschitz constants l1: 2, maximum norm: 3, l2: sqrt(5) = 2.23606..., of 1 region"
    assert "sqrt(5) = 2.23606..." in found._repr_html_()


@given(st.fractions(min_value=0), st.fractions(min_value=0, max_value=1), st.integers(1, 20))
def test_digits_are_proven(value: Fraction, more: Fraction, digits: int) -> None:
    for text, power in ((truncated(value, digits=digits), 1), (truncated_root(value, digits=digits), 2)):
        shown = Fraction(text.removesuffix("..."))
        assert shown**power <= value and (text.endswith("...") or shown**power == value)
    assert Fraction(rounded_up(value, digits)) >= value and Fraction(rounded_up(value, digits, 2)) ** 2 >= value
    assert Fraction(truncated(value, value + more, digits).removesuffix("...")) <= value
