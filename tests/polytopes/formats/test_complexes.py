"""Complexes and polyhedra as text of Sage and JSON of polymake."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.regular_subdivision import regular_subdivision
from polytopes.errors import FileFormatError, InputError
from polytopes.formats import load, load_complex, polymake_complex, sage, save, save_complex
from polytopes.library import polytopes as examples
from polytopes.polyhedra.polyhedron import Polyhedron

HALF = Polyhedron.from_generators([("1/2", 0)], [(1, 3)], [(0, 1)])


@pytest.mark.parametrize("polyhedron", [*(e.polyhedron for e in examples.all_small()), HALF, Polyhedron.empty(2)])
def test_sage_round_trip(polyhedron):
    assert sage.parse(sage.text(polyhedron)) == polyhedron


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.integers(-2, 2)] * 2), min_size=1, max_size=7, unique=True), st.data())
def test_round_trips(points, data):
    heights = data.draw(st.lists(st.fractions(-3, 3, max_denominator=3), min_size=len(points), max_size=len(points)))
    sub = regular_subdivision(points, heights)
    for complex_ in (sub.complex(), sub.dual_complex(), sub.dual_complex(sub.cells(1))):
        assert sage.parse(sage.text(complex_)) == complex_
        assert polymake_complex.parse(polymake_complex.text(complex_)) == complex_


def test_files(tmp_path):
    complex_ = regular_subdivision([(0, 0), (1, 0), (0, 1)], [0, 0, 0]).dual_complex()
    for name in ("a.json", "b.sage"):
        save_complex(complex_, tmp_path / name)
        assert load_complex(tmp_path / name) == complex_
    save(HALF, tmp_path / "half.sage")
    assert load(tmp_path / "half.sage") == HALF
    for wrong in (lambda: save_complex(complex_, tmp_path / "a.ine"), lambda: load_complex(tmp_path / "none.sage")):
        with pytest.raises(FileFormatError):
            wrong()


def test_text_for_sage():
    assert sage.text(HALF).startswith("Polyhedron(base_ring=QQ, vertices=[(1/2, 0)], rays=[(1, 0)], lines=[(0, 1)]")
    given_by_hand = "Polyhedron(vertices=[[0, -1/2], (1, 2)])"
    assert sage.parse(given_by_hand) == Polyhedron.from_generators([(0, "-1/2"), (1, 2)])


def test_text_for_polymake():
    """The properties and the padding with {"cols": n} that polymake writes itself."""
    document = json.loads(polymake_complex.text(regular_subdivision([[0], [1]], [0, 0]).dual_complex()))
    assert document["_type"] == "fan::PolyhedralComplex<Rational>"
    assert sorted(document["VERTICES"]) == [["0", "-1"], ["0", "1"], ["1", "0"]]
    assert document["MAXIMAL_POLYTOPES"][-1] == {"cols": 3} and len(document["MAXIMAL_POLYTOPES"]) == 3
    assert document["LINEALITY_SPACE"] == [{"cols": 2}]
    given_by_hand = {
        "_type": "fan::PolyhedralComplex<Rational>",
        "POINTS": [[1, 0], [1, 1], [1, "5/2"]],
        "INPUT_POLYTOPES": [[0, 1], [1, 2], [1]],
    }
    assert polymake_complex.parse(json.dumps(given_by_hand)).f_vector() == (3, 2)


def test_different_lineality_has_no_place_in_polymake():
    parts = [Polyhedron.from_generators([(0, 0)], lines=[(1, 0)]), Polyhedron.from_generators([(0, 5)])]
    mixed = PolyhedralComplex.from_polyhedra(parts)
    with pytest.raises(InputError, match="write it for Sage"):
        polymake_complex.text(mixed)
    assert sage.parse(sage.text(mixed)) == mixed
    for nothing in (PolyhedralComplex(3, ()),):
        assert polymake_complex.parse(polymake_complex.text(nothing)) == nothing
        assert sage.parse(sage.text(nothing)) == nothing


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Polyhedron(",
        "Cone(vertices=[(1, 0)])",
        "Polyhedron([(0, 1)])",
        "Polyhedron(points=[(0, 1)])",
        "Polyhedron(vertices=5)",
        "Polyhedron(vertices=[(0.5,)])",
        "Polyhedron(vertices=[(1/0,)])",
        "Polyhedron(vertices=[(x,)])",
        "Polyhedron(vertices=[(True,)])",
        "Polyhedron(vertices=[(0,), (0, 1)])",
        "Polyhedron(ambient_dim=1/2)",
        "__import__('os').system('true')",
        "Polyhedron(vertices=[(__import__('os'),)])",
        "(" * 10_000,
    ],
)
def test_refused_text_of_sage(content):
    with pytest.raises(InputError):
        sage.parse(content)
    with pytest.raises(InputError):
        sage.parse(f"PolyhedralComplex([{content or 1}])")


@pytest.mark.parametrize(
    "changes",
    [
        {"_type": "polytope::Polytope<Rational>"},
        {"MAXIMAL_POLYTOPES": [[0, 7]]},
        {"MAXIMAL_POLYTOPES": ["0"]},
        {"MAXIMAL_POLYTOPES": 5},
        {"VERTICES": [["1", "x"]]},
    ],
)
def test_refused_files_of_polymake(changes):
    document = json.loads(polymake_complex.text(regular_subdivision([[0], [1]], [0, 0]).complex())) | changes
    with pytest.raises(InputError):
        polymake_complex.parse(json.dumps(document))
