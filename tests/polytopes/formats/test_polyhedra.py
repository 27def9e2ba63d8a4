"""Files: round trips, the files of other programs, refusals with line numbers."""

import json
import subprocess
import sys

import cdd.gmp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes import formats
from polytopes.errors import FileFormatError, InputError
from polytopes.formats import cdd as ine
from polytopes.formats import polymake
from polytopes.polyhedra.polyhedron import Polyhedron

CUBE = """sampleh1: a cube as in the distribution of cddlib
* a comment
H-representation
begin
 6 4 integer
 1 1 0 0
 1 0 1 0
 1 0 0 1
 1 -1 0 0
 1 0 -1 0
 1 0 0 -1
end
maximize 0 1 0 0
"""

SIMPLEX_WITH_EQUATION = """H-representation
linearity 1  4
begin
4 4 rational
0 1 0 0
0 0 1 0
0 0 0 1
1/2 -1 -1
 -1
end
"""

LRS_OUTPUT = """*lrs:lrslib
V-representation
begin
***** 3 rational
 1  0  1/3
# between
 1 -2  0
 0  1  1
end
*Totals: vertices=2 rays=1
"""

entries = st.integers(-3, 3)


@st.composite
def polyhedra(draw):
    d = draw(st.integers(0, 3))
    row = st.lists(entries, min_size=d + 1, max_size=d + 1)
    if draw(st.booleans()):
        return Polyhedron.from_rows(draw(st.lists(row, max_size=5)), draw(st.lists(row, max_size=1)), d)
    points = [[x / 4 for x in r[1:]] for r in draw(st.lists(row, max_size=5))]
    rays, lines = ([r[1:] for r in draw(st.lists(row, max_size=most))] for most in (2, 1))
    return Polyhedron.from_generators(points, rays, lines, d)


@given(polyhedra())
def test_round_trips(P):
    assert ine.parse(ine.inequalities_text(P)) == P
    assert ine.parse(ine.generators_text(P)) == P
    assert polymake.parse(polymake.text(P)) == P
    assert polymake.parse(polymake.text(Polyhedron.from_rows(P.inequalities, P.equations, P.ambient_dim))) == P


@pytest.mark.parametrize("name", ["p.ine", "p.ext", "p.json", "P.INE"])
def test_files(tmp_path, name):
    P = Polyhedron.from_generators([("1/3", 0), (2, 1), (0, 5)])
    formats.save(P, tmp_path / name)
    assert formats.load(str(tmp_path / name)) == P
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_cddlib_reads_the_same():
    """The rows we write mean to cddlib what they mean to us."""
    P = Polyhedron.from_generators([(0, 0, 1), (1, 0, 1), (0, "1/2", 1)])
    rows = [list(row) for row in (*P.equations, *P.inequalities)]
    matrix = cdd.gmp.matrix_from_array(rows, lin_set=[0], rep_type=cdd.RepType.INEQUALITY)
    generators = cdd.gmp.copy_generators(cdd.gmp.polyhedron_from_matrix(matrix)).array
    text = ine.generators_text(P).splitlines()
    assert sorted(" ".join(map(str, row)) for row in generators) == sorted(text[3:-1])


def test_known_files():
    assert ine.parse(CUBE) == Polyhedron.box([-1] * 3, [1] * 3)
    assert ine.parse(SIMPLEX_WITH_EQUATION).vertices == ((0, 0, 0.5), (0, 0.5, 0), (0.5, 0, 0))
    assert ine.parse(LRS_OUTPUT) == Polyhedron.from_generators([(0, "1/3"), (-2, 0)], [(1, 1)])


def test_decimals_are_exact():
    P = ine.parse("H-representation\nbegin\n2 2 real\n-0.1 1\n3.0e-1 -1\nend\n")
    assert Polyhedron.box(["1/10"], ["3/10"]) == P
    assert polymake.parse('{"_type": "polytope::Polytope<Rational>", "POINTS": [[1, 0.1]]}').vertices[0] * 10 == (
        polymake.parse('{"_type": "polytope::Polytope<Rational>", "POINTS": [["10", "1"]]}').vertices[0] * 10
    )


def test_generators_without_a_point_are_a_cone():
    assert ine.parse("V-representation\nbegin\n2 3 integer\n0 1 0\n0 0 1\nend\n") == Polyhedron.from_rows(
        [(0, 1, 0), (0, 0, 1)]
    )
    assert ine.parse("V-representation\nbegin\n0 3 integer\nend\n").is_empty


def test_options_that_change_the_polyhedron():
    rows = "begin\n1 3 integer\n1 -1 -1\nend\n"
    assert ine.parse(f"H-representation\n{rows}nonnegative\n").n_vertices == 3
    assert ine.parse(f"{rows}hull\n").vertices == ((-1, -1),)


def test_polymake_matrices():
    head = '{"_ns": {"polymake": ["https://polymake.org", "4.3"]}, "_type": "polytope::Polytope<Rational>", '
    sparse = head + '"INEQUALITIES": [{"1": "1"}, {"0": "1/2", "1": -1}, {"cols": 2}], "EQUATIONS": [{"cols": 2}]}'
    assert polymake.parse(sparse) == Polyhedron.box([0], ["1/2"])
    dense = head + '"POINTS": [["2", "1"], [0, 1]], "INPUT_LINEALITY": []}'
    assert polymake.parse(dense) == Polyhedron.from_generators([["1/2"]], [[1]])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no line 'begin'"),
        ("H-representation\n2 2 rational\n", "no line 'begin'"),
        ("begin\nend\n", "line 2.*rows columns type"),
        ("begin\n1 2 rational\n1 2\n", "line 3.*before 'end'"),
        ("begin\n1 2 complex\n1 2\nend\n", "line 2.*integer|rational|real"),
        ("begin\n1 0 integer\nend\n", "line 2"),
        ("begin\n1 x integer\nend\n", "line 2"),
        ("begin\n1 ² integer\nend\n", "line 2"),
        ("begin\n1 2 integer\n1 z\nend\n", "line 3: 'z' is not a number"),
        ("begin\n1 2 rational\n1 1/0\nend\n", "line 3: '1/0'"),
        ("begin\n1 2 real\nnan 1\nend\n", "line 3: 'nan'"),
        ("begin\n1 2 integer\n1 1/2\nend\n", "line 3.*type integer"),
        ("begin\n2 2 integer\n1 1\n1\nend\n", "line 4: 3 numbers, but line 2 announces 2 rows of 2"),
        ("begin\n1 2 integer\n1 1\n1 1\nend\n", "line 4: 4 numbers"),
        ("linearity 1 3\nbegin\n1 2 integer\n1 1\nend\n", "line 1: there is no row 3"),
        ("linearity 1 0\nbegin\n1 2 integer\n1 1\nend\n", "line 1: there is no row 0"),
        ("linearity 2 1\nbegin\n1 2 integer\n1 1\nend\n", "line 1.*linearity k i1"),
        ("linearity\nbegin\n1 2 integer\n1 1\nend\n", "line 1.*linearity k i1"),
        ("linearity one 1\nbegin\n1 2 integer\n1 1\nend\n", "line 1.*linearity k i1"),
        ("V-representation\nbegin\n1 2 integer\n2 1\nend\n", "line 4.*1 for a point"),
        ("V-representation\nlinearity 1 1\nbegin\n1 2 integer\n1 1\nend\n", "line 5.*for a line"),
    ],
)
def test_bad_ine_files(text, message):
    with pytest.raises(FileFormatError, match=message):
        ine.parse(text)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "_type"),
        ('{"_type": "fan::PolyhedralFan<Rational>"}', "MAXIMAL_CONES"),
        ('{"_type": "polytope::Polytope<Rational>"}', "none of VERTICES"),
        ('{"_type": "polytope::Polytope<Rational>", "POINTS": 3}', "not a matrix"),
        ('{"_type": "polytope::Polytope<Rational>", "POINTS": [3]}', "row 0"),
        ('{"_type": "polytope::Polytope<Rational>", "POINTS": [["x"]]}', "POINTS, row 0.*'x'"),
        ('{"_type": "polytope::Polytope<Rational>", "POINTS": [[-1, 1]]}', "homogeneous"),
        ('{"_type": "polytope::Polytope<Rational>", "POINTS": [[1, 1], [1]]}', "row 1 has 1 entries"),
        ('{"_type": "polytope::Polytope<Rational>", "POINTS": [[NaN, 1]]}', "nan"),
    ],
)
def test_bad_polymake_files(tmp_path, content, message):
    path = tmp_path / "p.json"
    path.write_text(content)
    with pytest.raises(FileFormatError, match=message) as caught:
        formats.load(path)
    assert str(path) in str(caught.value)


def test_paths_that_cannot_be_used(tmp_path):
    with pytest.raises(FileFormatError, match="cannot be read"):
        formats.load(tmp_path / "missing.ine")
    with pytest.raises(FileFormatError, match="cannot be read"):
        (tmp_path / "folder.ine").mkdir()
        formats.load(tmp_path / "folder.ine")
    with pytest.raises(FileFormatError, match="not a text file"):
        (tmp_path / "binary.ext").write_bytes(b"\x80\x02\xff")
        formats.load(tmp_path / "binary.ext")
    for use in (formats.load, lambda path: formats.save(Polyhedron.whole_space(1), path)):
        with pytest.raises(FileFormatError, match=r"\.ine, \.ext, \.json"):
            use(tmp_path / "p.stl")
    with pytest.raises(InputError, match="cannot be written"):
        formats.save(Polyhedron.whole_space(1), tmp_path / "no" / "p.ine")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "p.ine"
    formats.save(Polyhedron.box([0], [1]), path)
    before = path.read_text()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        formats.save(Polyhedron.box([0], [2]), path)
    assert path.read_text() == before and [p.name for p in tmp_path.iterdir()] == ["p.ine"]


def test_a_file_that_is_too_large(tmp_path):
    """In a process of its own, since the limit is one of the process."""
    code = (
        "import resource, signal, sys; from pathlib import Path; from polytopes.output_files import write_bytes\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_bytes(Path(sys.argv[1]), bytes(10**6))\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "f")], capture_output=True, text=True)
    assert f"InputError: {tmp_path / 'f'}: cannot be written" in run.stderr
    assert not list(tmp_path.iterdir())


def test_polymake_text_is_json():
    document = json.loads(polymake.text(Polyhedron.from_generators([["1/2", 1]])))
    assert document["VERTICES"] == [["1", "1/2", "1"]] and document["LINEALITY_SPACE"] == [{"cols": 3}]


ROWS = "begin\n2 3 integer\n1 0 1\n0 1 0\nend\n"


@pytest.mark.parametrize("keyword", ["V-representation", "v-representation", "V-Representation"])
def test_keywords_in_capitals_or_not(keyword):
    assert Polyhedron.from_generators([(0, 1)], [(1, 0)]) == ine.parse(f"Hull of a point\n{keyword}\n{ROWS}")
    assert ine.parse(f"h-representation\nlinearity 1 2\n{ROWS}").equations == ((0, 1, 0),)


@pytest.mark.parametrize(
    "text, line",
    [
        (f"H-representation\nlinearity 1 1\nlinearity 1 2\n{ROWS}", 3),
        (f"H-representation\nlinearity 1 1\n{ROWS}linearity 1 2\n", 8),
        (f"H-representation\nV-representation\n{ROWS}", 2),
        (f"V-representation\n{ROWS}nonnegative\n", 7),
        (f"nonnegative\n{ROWS}hull\n", 1),
        (f"H-representation\n{ROWS}1 0 -1\n", 7),
        (f"H-representation\n{ROWS}foo\n-1/2 0 -1\n", 8),
        (f"H-representation\n{ROWS}{ROWS}", 7),
        (f"H-representation\nlinearity 1 {'1' * 5000}\n{ROWS}", 2),
        (f"H-representation\nbegin\n1 {'1' * 5000} integer\n1\nend\n", 3),
    ],
)
def test_doubtful_files_are_refused(text, line):
    with pytest.raises(FileFormatError, match=rf"^line {line}\b"):
        ine.parse(text)


def test_an_objective_after_end_is_passed_over():
    plain = ine.parse(f"H-representation\n{ROWS}")
    assert plain == ine.parse(f"H-representation\n{ROWS}maximize\n 0 1 1\n") == ine.parse(f"{ROWS}minimize 0 1 -1\n")


def test_generators_without_a_point_mean_the_same_everywhere():
    cone = Polyhedron.from_generators(rays=[(1, 0)], lines=[(0, 1)])
    assert cone == Polyhedron.from_rows([(0, 1, 0)])
    assert cone == ine.parse("V-representation\nlinearity 1 2\nbegin\n2 3 integer\n0 1 0\n0 0 1\nend\n")
    document = {"_type": "polytope::Polytope<Rational>", "POINTS": [[0, 1, 0]], "INPUT_LINEALITY": [[0, 0, 1]]}
    assert cone == polymake.parse(json.dumps(document))
    assert ine.parse(ine.generators_text(cone)) == cone == polymake.parse(polymake.text(cone))
    empty = Polyhedron.empty(2)
    assert ine.parse(ine.generators_text(empty)) == empty == polymake.parse(polymake.text(empty))


@pytest.mark.parametrize("kind", ["polytope::Cone<Rational>", "polytope::Polytope<Float>", "fan::Fan", 3, None])
def test_other_polymake_types_are_refused(kind):
    with pytest.raises(FileFormatError, match="needed is 'polytope::Polytope<Rational>'"):
        polymake.parse(json.dumps({"_type": kind, "INEQUALITIES": [["0", "1", "0"]]}))


@pytest.mark.parametrize("key", ["2", "-1", "x", "", "1.0", "01", "9" * 5000])
def test_sparse_rows_with_a_wrong_column_are_refused(key):
    rows = [{"0": "1", key: "1"}, {"cols": 2}]
    with pytest.raises(FileFormatError, match=r"INEQUALITIES, row 0: .* no column; they are numbered from 0 to 1"):
        polymake.parse(json.dumps({"_type": polymake.TYPE, "INEQUALITIES": rows}))


def test_json_that_is_too_deep():
    with pytest.raises(FileFormatError, match="nested"):
        polymake.parse("[" * 100_000)


def test_names_that_are_no_files(tmp_path):
    with pytest.raises(FileFormatError, match="null"):
        formats.load("a\0.ine")
    with pytest.raises(InputError, match="null"):
        formats.save(Polyhedron.box([0], [1]), "a\0.ine")
