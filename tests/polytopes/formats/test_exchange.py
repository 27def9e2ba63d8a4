"""Everything that can be written is read back as it was, in every format that holds it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polytopes import formats
from polytopes.complexes.fan import Fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import FileFormatError, InputError
from polytopes.formats import mrdi, polymake_objects
from polytopes.library.simplex_sums import graph_associahedron
from polytopes.minkowski_sums.minkowski_sum import MinkowskiSum
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.polytopes.formats.things import COMPLEXES, CONES, FANS, ORIGIN, POLYHEDRA
from tropical import ActivationFan, TropicalHypersurface
from tropical.fans.activation.faces import polyhedral_fan

THINGS = [
    pytest.param(thing, id=f"{type(thing).__name__}, {name}")
    for family in (POLYHEDRA, ORIGIN, CONES, FANS, COMPLEXES)
    for name, thing in family.items()
]


@pytest.mark.parametrize("thing", THINGS)
def test_round_trips(thing: polymake_objects.Geometry, tmp_path: Path) -> None:
    for ending in formats.endings(type(thing)):
        path = tmp_path / f"thing{ending}"
        if ending == ".sage" and isinstance(thing, Fan) and (thing.lineality_space or not thing.maximal_cones):
            with pytest.raises(InputError, match="in Sage"):
                formats.save(thing, path)
            continue
        formats.save(thing, path)
        again = formats.load(path)
        assert type(again) is type(thing) and again == thing, ending


def test_sums_are_written_as_the_polytopes_they_are(tmp_path: Path) -> None:
    """The facets and the vertices that a sum of simplices knows are those of one polytope."""
    for thing in (SimplexSum.of([(0, 1), (1, 2), (0, 2)]), SimplexSum.of([], 2), SimplexSum.of([(0,), (1, 2)])):
        for ending in formats.endings(Polyhedron):
            formats.save(thing, tmp_path / f"sum{ending}")
            assert formats.load(tmp_path / f"sum{ending}") == thing.from_facets() == thing.from_vertices()
    formats.save(graph_associahedron([(0, 1), (1, 2), (2, 3)]).object, tmp_path / "a.ine")
    assert "\nlinearity 1 1\nbegin\n10 5 integer\n" in (tmp_path / "a.ine").read_text()  # 9 facets
    unbounded = MinkowskiSum.from_polyhedra([POLYHEDRA["square"], POLYHEDRA["wedge"]])
    formats.save(unbounded, tmp_path / "u.mrdi")
    assert formats.load(tmp_path / "u.mrdi") == POLYHEDRA["square"] + POLYHEDRA["wedge"]


def test_what_stands_for_a_fan_or_a_complex(tmp_path: Path) -> None:
    fan = ActivationFan.of([[0], [1], [1], [5]], 2)
    formats.save(polyhedral_fan(fan), tmp_path / "fan.gfan")
    assert formats.load_fan(tmp_path / "fan.gfan") == polyhedral_fan(fan)
    line = TropicalHypersurface("max(x, y, 0)")
    formats.save(line, tmp_path / "line.mrdi")
    assert formats.load_complex(tmp_path / "line.mrdi") == line.complex
    with pytest.raises(InputError, match="7 cannot be written; give a polyhedron"):
        formats.save(7, tmp_path / "seven.json")


def test_a_file_tells_what_is_in_it(tmp_path: Path) -> None:
    formats.save(FANS["cube"], tmp_path / "fan.json")
    with pytest.raises(FileFormatError, match=r"a fan is in it, not a polyhedron; polytopes.formats.load_fan reads it"):
        formats.load_polyhedron(tmp_path / "fan.json")
    formats.save(CONES["flat"], tmp_path / "cone.mrdi")
    with pytest.raises(FileFormatError, match=r"a cone is in it, not a fan; polytopes.formats.load reads it"):
        formats.load_fan(tmp_path / "cone.mrdi")
    with pytest.raises(FileFormatError, match="a polyhedron goes to files whose names end in"):
        formats.save(POLYHEDRA["square"], tmp_path / "square.gfan")
    with pytest.raises(FileFormatError, match="unknown file type; the names end in"):
        formats.load(tmp_path / "square.stl")


def _fan(**changes: object) -> str:
    document = {"_type": "fan::PolyhedralFan<Rational>", "RAYS": [[1, 0], [0, 1]], "MAXIMAL_CONES": [[0, 1]]}
    return json.dumps(document | changes)


def test_fans_that_polymake_was_given() -> None:
    """Rays may be repeated, no ray at all, or lie within a cone."""
    rays = [["2", "0"], ["1", "1"], ["0", "1/2"], ["4", "0"]]
    text = json.dumps({"_type": "fan::PolyhedralFan<Rational>", "INPUT_RAYS": rays, "INPUT_CONES": [[0, 1, 2, 3], [3]]})
    assert polymake_objects.parse(text) == Fan.from_rays([(1, 0), (0, 1)], [(0, 1)])
    scaled = _fan(RAYS=[["3", "0"], {"1": "1/2"}, {"cols": 2}])
    assert polymake_objects.parse(scaled) == Fan.from_rays([(1, 0), (0, 1)], [(0, 1)])


@pytest.mark.parametrize(
    "text, message",
    [
        (_fan(MAXIMAL_CONES=[[0, 2]]), r"the cone \[0, 2\] is no list of row numbers from 0 to 1"),
        (_fan(MAXIMAL_CONES=[[0, True]]), "no list of row numbers"),
        (_fan(MAXIMAL_CONES=7), "neither MAXIMAL_CONES nor INPUT_CONES"),
        (_fan(MAXIMAL_CONES=[[0]]), "ray 1 is in no cone"),
        (_fan(RAYS=[[1, 0], [2, 0]]), "distinct"),
        (_fan(RAYS=[[0, 0], [2, 0]]), "nonzero"),
        (_fan(RAYS=[[1, 0], [0, 1], [1, 1]], MAXIMAL_CONES=[[0, 1, 2]]), "spanned by fewer rays"),
        (_fan(RAYS=[[1, 0], [0, 1], [-1, -1]], MAXIMAL_CONES=[[0, 1, 2]]), "spanned by fewer rays"),
        (_fan(RAYS=[[1, 0], [0, 1, 2]]), "row 1 has 3 entries"),
        (_fan(LINEALITY_SPACE=[[1, 2, 3]]), "3"),
        (_fan(RAYS=[[1, "x"]]), "RAYS, row 0: 'x'"),
        (_fan(FAN_AMBIENT_DIM=10**9), "ask for"),
        (_fan(_type="polytope::Cone<Float>"), "'polytope::Cone<Float>'; read are polytope::Polytope"),
        (_fan(_type="polytope::Cone<Rational>", RAYS=[[1, 0], [0]]), "row 1 has 1 entries"),
        ('{"_type": "polytope::Cone<Rational>"}', "none of RAYS, INPUT_RAYS"),
        ('{"_type": "fan::PolyhedralComplex<Rational>", "VERTICES": [[-1, 0]], "MAXIMAL_POLYTOPES": [[0]]}', "> 0"),
    ],
)
def test_refused_objects_of_polymake(text: str, message: str, tmp_path: Path) -> None:
    data = json.loads(text)
    name = mrdi.NAMES.get(data["_type"], "Cone")
    message_in_oscar = (
        message if data["_type"] in mrdi.NAMES else "a Cone whose 'data' are of the type 'polytope::Cone<F"
    )
    (tmp_path / "a.json").write_text(text)
    (tmp_path / "a.mrdi").write_text(json.dumps({"_type": {"name": name}, "data": data}))
    for path, said in ((tmp_path / "a.json", message), (tmp_path / "a.mrdi", message_in_oscar)):
        with pytest.raises(FileFormatError, match=said) as error:
            formats.load(path)
        assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    "text, message",
    [
        ("Fan(rays=[(1, 0)])", r"line 1: needed is Fan\(cones"),
        ("Fan([(0, 1)], [(1, 0)])", "no list of row numbers from 0 to 0"),
        ("Fan([(-1,)], [(1, 0)])", "no number to count with"),
        ("Fan([(1/2,)], [(1, 0)])", "no number to count with"),
        ("Fan([(0,)], rays=[(1, 0)], lattice=ZZ^2)", r"read as ToricLattice\(n\)"),
        ("Fan([(0,)], rays=[(1, 0)], lattice=ToricLattice(10^10))", "no rational number"),
        ("Fan([(0,)], rays=[(1, 0)], lattice=ToricLattice(10000000000))", "ask for"),
        ("Fan([(0,)], rays=[(1, 0)], lattice=ToricLattice(3))", "3"),
        ("Fan([(0,)], [(1, 0)], rays=[(1, 0)])", "comes twice"),
        ("Fan([(0,)], [(1, 0)], check=False)", "check; known are cones, rays, lattice"),
        ("Cone([(1, 0)], ToricLattice(2))", "arguments without a name"),
        ("Graph(7)", r"Polyhedron\(...\) or PolyhedralComplex"),
        ("PolyhedralComplex([Fan([(0,)], [(1,)])])", r"needed is a call Polyhedron\("),
    ],
)
def test_refused_text_of_sage(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.sage").write_text(text)
    with pytest.raises(FileFormatError, match=message) as said:
        formats.load(tmp_path / "a.sage")
    assert len(str(said.value).splitlines()) == 1


def test_what_sage_users_write(tmp_path: Path) -> None:
    for text, thing in {
        "Fan([(0, 1), (1, 2)], [(1, 0), (0, 1), (-1, 0)])": Fan.from_rays([(1, 0), (0, 1), (-1, 0)], [(0, 1), (1, 2)]),
        "Cone([(2, 0), (1, 1), (0, 1)])": Cone.from_rays([(1, 0), (0, 1)]),
        "Cone([(1, 0), (-1, 0)])": Cone.from_rays(lines=[(1, 0)]),
        "PolyhedralComplex(maximal_cells=[Polyhedron([(0,)])])": None,
        "PolyhedralComplex([Polyhedron(vertices=[(0,)])])": PolyhedralComplex.from_polyhedra(
            [Polyhedron.from_generators([(0,)])]
        ),
        "Polyhedron(vertices=[(0,), (2,)])": Polyhedron.box([0], [2]),
    }.items():
        (tmp_path / "a.sage").write_text(text)
        if thing is None:
            with pytest.raises(FileFormatError, match="without a name"):
                formats.load(tmp_path / "a.sage")
        else:
            assert formats.load(tmp_path / "a.sage") == thing
