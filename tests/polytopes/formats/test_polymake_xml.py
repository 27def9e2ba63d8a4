"""Polyhedra in the XML files of polymake and in the files of OSCAR."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polytopes import Polyhedron, formats
from polytopes.errors import FileFormatError
from polytopes.formats import polymake

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<?pm chk="5d12e601"?>\n'
OBJECT = '<object name="x" type="polytope::Polytope&lt;Rational&gt;" version="3.0" xmlns="http://example.org/#3">'
SQUARE = Polyhedron.box([0, 0], [1, "3/2"])

POINTS = """<credit product="cdd"><![CDATA[by <its> author]]></credit>
  <property name="POINTS">
    <m>
      <v>1 0 0</v>
      <v>1 1 0</v>
      <v>1 0 3/2</v>
      <v>2 2
         3</v>
      <v>1 1/2 1/2</v>
    </m>
  </property>
  <property name="CONE_AMBIENT_DIM" value="3" />
  <property name="BOUNDED" value="true" />
  <property name="LINEALITY_SPACE"><m /></property>
  <property name="INEQUALITIES" undef="true" />
  <property name="TRIANGULATION"><object><property name="POINTS"><m><v>1 9 9</v></m></property></object></property>
"""
SPARSE = """<property name="FACETS"><m cols="3">
  <v><e i="1">1</e></v> <v><e i="2">1</e></v> <v><e i="0">1</e><e i="1">-1</e></v> <v>3 0 -2</v>
</m></property><property name="AFFINE_HULL"><m cols="3"/></property>"""


def written(tmp_path: Path, text: str, name: str = "x.poly") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("properties", [POINTS, SPARSE])
@pytest.mark.parametrize("ending", ["poly", "xml"])
def test_xml(tmp_path: Path, properties: str, ending: str) -> None:
    path = written(tmp_path, f"{HEAD}{OBJECT}{properties}</object>", f"x.{ending}")
    assert formats.load(path) == formats.load_domain(path) == SQUARE


def test_rays_and_lines(tmp_path: Path) -> None:
    generators = '<property name="VERTICES"><m><v>1 0 0</v><v>0 1 0</v></m></property>'
    lines = '<property name="LINEALITY_SPACE"><m><v>0 0 1</v></m></property>'
    path = written(tmp_path, f"{OBJECT}{generators}{lines}</object>")
    assert formats.load(path) == Polyhedron.from_rows([(0, 1, 0)])


def test_json_has_the_same_ending(tmp_path: Path) -> None:
    assert formats.load(written(tmp_path, polymake.text(SQUARE))) == SQUARE


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + BOMB + OBJECT + "&b;</object>", "document type"),
        ('<!DOCTYPE x SYSTEM "http://example.org/x.dtd">' + OBJECT + "</object>", "document type"),
        (OBJECT + "&b;</object>", "not XML"),
        (OBJECT, "line 1: not XML"),
        ("", "not XML"),
        ("<html></html>", "'_type'"),
        (OBJECT.replace("Rational", "QuadraticExtension") + "</object>", "QuadraticExtension.*Rational"),
        (OBJECT + "</object>", "none of VERTICES"),
        (OBJECT + POINTS.replace("3/2", "inf") + "</object>", "POINTS, row 2"),
        (OBJECT + POINTS.replace("1 0 3/2", "1 0") + "</object>", "row 2 has 2 entries"),
        (OBJECT + SPARSE.replace('i="2"', 'i="7"') + "</object>", "'7' is no column"),
        (OBJECT + SPARSE.replace('i="0">1</e><e i="1"', 'i="1">1</e><e i="1"') + "</object>", "comes twice"),
        (OBJECT + SPARSE.replace('cols="3"', 'cols="99999999999"') + "</object>", "max-size"),
    ],
)
def test_refused_xml(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FileFormatError, match=said):
        formats.load(written(tmp_path, text))


def saved(**changes: object) -> str:
    """What OSCAR saves of the square."""
    kind = {"name": "Polyhedron", "params": {"_type": "QQField"}}
    document = {"_ns": {"Oscar": ["url", "1.3.0"]}, "_type": kind, "data": json.loads(polymake.text(SQUARE))}
    return json.dumps(document | changes)


def test_mrdi(tmp_path: Path) -> None:
    assert formats.load(written(tmp_path, saved(), "x.mrdi")) == SQUARE
    assert formats.load(written(tmp_path, saved(_type="Polyhedron"), "x.mrdi")) == SQUARE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (saved(_type={"name": "Cone", "params": {}}), "a Cone whose 'data' are"),
        (saved(data={"_polymake_type": "polytope::Polytope<OscarNumber>"}), "rational coordinates"),
        (saved(data={"_type": "polytope::Polytope<OscarNumber>"}), "OscarNumber.*not read"),
        ("[1]", "read are Polyhedron"),
        ("{", "not JSON"),
    ],
)
def test_refused_mrdi(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FileFormatError, match=said):
        formats.load(written(tmp_path, text, "x.mrdi"))
