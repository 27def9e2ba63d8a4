"""Fans in the files of gfan: round trips, a file of gfan itself, refusals."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.complexes.fan import Fan
from polytopes.complexes.normal_fan import normal_fan
from polytopes.errors import FileFormatError, ShapeError
from polytopes.formats import gfan, load_fan, save_fan
from polytopes.polyhedra.polyhedron import Polyhedron

OCTANT = """_application PolyhedralFan
_version 2.2
_type PolyhedralFan

AMBIENT_DIM
3

DIM
3

LINEALITY_DIM
0

RAYS
1 0 0\t# 0
0 1 0\t# 1
0 0 1\t# 2

N_RAYS
3

LINEALITY_SPACE

ORTH_LINEALITY_SPACE
0 0 1
0 1 0
1 0 0

F_VECTOR
1 3 3 1

CONES
{}\t# Dimension 0
{0}\t# Dimension 1
{1}
{2}
{0 1}\t# Dimension 2
{0 2}
{1 2}
{0 1 2}\t# Dimension 3

MAXIMAL_CONES
{0 1 2}\t# Dimension 3

PURE
1
"""
"""The Groebner fan of a principal ideal, as Sage's documentation shows it."""


def test_a_file_of_gfan():
    fan = gfan.parse(OCTANT)
    assert fan.rays == ((1, 0, 0), (0, 1, 0), (0, 0, 1)) and fan.maximal_cones == ((0, 1, 2),)
    assert fan.f_vector(with_trivial=True) == (1, 3, 3, 1)


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.integers(-2, 2)] * 3), min_size=1, max_size=7))
def test_round_trip(points):
    """Normal fans of polytopes of every dimension, with lineality spaces."""
    fan = normal_fan(Polyhedron.from_generators(points))
    text = gfan.text(fan)
    assert gfan.parse(text) == fan
    sections = {name: lines for name, _, lines in (part.partition("\n") for part in text.split("\n\n")[1:])}
    assert int(sections["N_RAYS"]) == len(sections["RAYS"].splitlines()) == fan.n_rays
    assert sum(map(int, sections["F_VECTOR"].split())) == sum(fan.f_vector(with_trivial=True))
    orthogonal = [list(map(int, line.split())) for line in sections["ORTH_LINEALITY_SPACE"].splitlines()]
    assert len(orthogonal) == 3 - fan.lineality_dim
    assert not any(sum(map(int.__mul__, a, b)) for a in orthogonal for b in fan.lineality_space)


def test_files(tmp_path):
    fan = normal_fan(Polyhedron.from_generators(list(permutations(range(4)))))
    save_fan(fan, tmp_path / "braid.gfan")
    assert load_fan(tmp_path / "braid.gfan") == fan and fan.n_maximal_cones == 24
    with pytest.raises(FileFormatError, match="a fan goes to files whose names end in"):
        save_fan(fan, tmp_path / "braid.txt")


def test_cones_of_several_dimensions():
    """Maximal cones are listed by dimension, and multiplicities follow them."""
    fan = Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0, 1), (2,)])
    text = gfan.text(fan, [7, 5])
    assert text.endswith("{2}\t# Dimension 1\n{0 1}\t# Dimension 2\n\nMULTIPLICITIES\n5\n7\n")
    assert gfan.parse(text) == fan
    with pytest.raises(ShapeError, match="2 maximal cones"):
        gfan.text(fan, [1])


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("AMBIENT_DIM\n3", "AMBIENT_DIM\n3 4", "AMBIENT_DIM"),
        ("AMBIENT_DIM\n3", "AMBIENT_DIM\nx", "AMBIENT_DIM"),
        ("MAXIMAL_CONES\n{0 1 2}", "MAXIMAL_CONES\n0 1 2", "no set of rays"),
        ("MAXIMAL_CONES\n{0 1 2}", "MAXIMAL_CONES\n{0 1 3}", "3"),
        ("\nMAXIMAL_CONES\n{0 1 2}\t# Dimension 3\n", "", "no section MAXIMAL_CONES"),
        ("1 0 0\t# 0", "1 0", "expected 3 numbers"),
        ("1 0 0\t# 0", "0 0 0", "nonzero"),
        ("_application", "nonsense", "in no section"),
    ],
)
def test_refusals(tmp_path, old, new, message):
    path = tmp_path / "bad.gfan"
    assert old in OCTANT
    path.write_text(OCTANT.replace(old, new, 1))
    with pytest.raises(FileFormatError, match=message):
        load_fan(path)
