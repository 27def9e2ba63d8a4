"""Certificates that no input satisfies a property: written, verified, and refused after any change that matters."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from polytopes import Polyhedron
from tropical import Network, property_checker
from tropical.cli.networks import check_property
from tropical.cli.networks.check import in_processes
from tropical.property_checker import Levels, NotACertificate, Refused, Rows, Units, check_file
from tropical.regions.certificate import program_document
from tropical.regions.surveys.extrema import extrema
from tropical.verification import parse_property
from tropical.verification.certificate import write_certificate
from tropical.verification.maximum import maximum
from tropical.verification.property_search import Search

from .networks import ABSOLUTE, KNOWN, OPPOSITE, box, small, text

Lines = list[Any]


def written(path: Path, network: Network, source: str, exact: bool = False) -> Path:
    """Write the certificate of a property that no input satisfies."""
    search = Search.of(network, parse_property(source), exact)
    write_certificate(path, search, search.run(lambda state: None))
    return path


def lines_of(path: Path) -> Lines:
    """The lines of a certificate: header, nodes, trailer."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rewrite(path: Path, lines: Lines) -> None:
    """Write lines with a digest that fits."""
    content = [json.dumps(line, separators=(",", ":")) + "\n" for line in lines[:-1]]
    trailer = {**lines[-1], "sha256": hashlib.sha256("".join(content).encode()).hexdigest()}
    path.write_text("".join(content) + json.dumps(trailer, separators=(",", ":")) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with splits, lemmas and combinations of conditions."""
    source = text(box(("-2", "1.5"), ("-1", "2")) + "(assert (>= Y_0 34)) (assert (<= Y_1 -1))", 2, 2)
    path = written(tmp_path_factory.mktemp("property") / "honest", small(1), source)
    lines = lines_of(path)
    assert len(lines) > 4
    assert any(node[0] for node in lines[1:-1])
    return path


@pytest.mark.parametrize("exact", [False, True], ids=["floats", "exact"])
@pytest.mark.parametrize("seed", [1, 2])
def test_inputs_that_are_fixed(tmp_path: Path, seed: int, exact: bool) -> None:
    """The greatest value where an input is fixed is reached, and a little more is not."""
    network, domain = small(seed), Polyhedron.box([-2, "1/4"], ["3/2", "1/4"])
    most = extrema(network, domain, relative=True).maxima[0].value
    assert most is not None
    for above, verdict in ((Fraction(0), "sat"), (Fraction(1, 10**30), "unsat")):
        value = most + above
        condition = f"(assert (>= (* {value.denominator} Y_0) {value.numerator}))"
        source = text(box(("-2", "1.5"), ("0.25", "0.25")) + condition, 2, 2)
        search = Search.of(network, parse_property(source), exact)
        found = search.run(lambda state: None)
        assert found.verdict == verdict
    write_certificate(tmp_path / "certificate", search, found)
    assert check_file(tmp_path / "certificate")


@pytest.mark.parametrize("exact", [False, True], ids=["floats", "exact"])
@pytest.mark.parametrize(("network", "assertions"), [(n, a) for n, a, verdict, _ in KNOWN if verdict == "unsat"])
def test_known_verdicts_have_certificates(tmp_path: Path, network: Network, assertions: str, exact: bool) -> None:
    source = text(assertions)
    header = check_file(written(tmp_path / "c", network, source, exact))
    search = Search.of(network, parse_property(source), exact)
    found = search.run(lambda state: None)
    assert header["property"] == source
    assert (header["margin"] is None) == (found.margin is None)


@pytest.mark.parametrize("excess", ["1e-14", "1e-15", "1e-20", "1e-300"])
@pytest.mark.parametrize("weight", ["0", "1e-18", "-1e-25", "1"])
def test_margins_below_the_rounding_have_certificates(tmp_path: Path, weight: str, excess: str) -> None:
    """The greatest value of w |x + y| on a square is 2 w or 0, and what exceeds it by any amount is refuted."""
    network = Network.from_weights([([[weight, weight], [f"{-Fraction(weight)}"] * 2], [0, 0]), ([[1, 1]], [0])])
    greatest = 2 * abs(Fraction(weight))
    scale = greatest.denominator
    source = text(
        box(("-1", "1"), ("-1", "1")) + f"(assert (>= (* {scale} Y_0) (+ {greatest * scale} (* {scale} {excess}))))", 2
    )
    header = check_file(written(tmp_path / "c", network, source))
    assert 0 < header["margin"] <= scale * Fraction(excess)


@pytest.mark.parametrize(
    ("weight", "condition", "top"),
    [(10**320, "(<= Y_0 0.5)", Fraction(-1, 2)), (-(10**320), "(>= Y_0 2)", Fraction(5, 8 * 10**310) - 1)],
    ids=["positive", "negative"],
)
def test_weights_beyond_floats(tmp_path: Path, weight: int, condition: str, top: Fraction) -> None:
    """y = relu(1 + w h + g) + relu(w h - g) with h = relu(2 x - 10^-310) and g = 5/4 x is extreme where h is 0."""
    hidden = ([[2], ["5/4"]], [-Fraction(1, 10**310), 0]), ([[weight, 1], [weight, -1]], [1, 0])
    network = Network.from_weights([*hidden, ([[1, 1]], [0])])
    source = text(box(("0", "1")) + f"(assert {condition})")
    header = check_file(written(tmp_path / "c", network, source))
    assert 0 < header["margin"] <= -top
    assert maximum(network, parse_property(source)).value == top


@pytest.mark.parametrize(("seed", "top"), [(1, 76), (2, -10), (3, 27), (4, 260), (9, 16), (14, -14), (6, 66), (7, 1)])
def test_random_networks_have_certificates(tmp_path: Path, seed: int, top: int) -> None:
    """The bound is the least integer that is not attained."""
    network = small(seed)
    source = text(box(("-2", "1.5"), ("-1", "2")) + f"(assert (or (>= Y_1 {top}) (>= (- Y_1 Y_0) {400})))", 2, 2)
    header = check_file(written(tmp_path / "c", network, source))
    assert header["margin"] > 0


def test_runs_alone_with_the_standard_library(honest: Path) -> None:
    command = [sys.executable, "-I", str(Path(property_checker.__file__)), str(honest)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("verified: unsatisfiable, ")
    tree = ast.parse(Path(property_checker.__file__).read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def _flip(lines: Lines) -> None:
    node = next(node for node in lines[1:-1] if any(len(lemma[3]) > 1 for lemma in node[0]))
    lemma = next(lemma for lemma in node[0] if len(lemma[3]) > 1)
    lemma[3][1] = -lemma[3][1]


def _flip_condition(lines: Lines) -> None:
    node = next(node for node in lines[1:-1] if any(proof[2] for proof in node[1]))
    proof = next(proof for proof in node[1] if proof[2])
    proof[2][max(range(len(proof[2])), key=lambda i: proof[2][i])] *= -1


def _no_weights(lines: Lines) -> None:
    for node in lines[1:-1]:
        for proof in node[1]:
            proof[2] = [0] * len(proof[2])


def _other_split(lines: Lines) -> None:
    node = next(node for node in lines[1:-1] if node[2] is not None)
    node[2] = (node[2] + 1) % 4


def _drop_leaf(lines: Lines) -> None:
    del lines[-2]


def _leaf_instead_of_split(lines: Lines) -> None:
    lines[1][2] = None
    del lines[2:-1]
    lines[-1]["leaves"] = 1


def _drop_lemmas(lines: Lines) -> None:
    lines[1][0] = []


def _drop_proofs(lines: Lines) -> None:
    for node in lines[1:-1]:
        node[1] = []


def _weight(lines: Lines) -> None:
    row = lines[0]["program"]["stages"][-1]["rows"][0]
    row[0] += 1000


def _wider_box(lines: Lines) -> None:
    lines[0]["cases"][0]["upper"][0] = "50"


def _lower_condition(lines: Lines) -> None:
    lines[0]["cases"][0]["outputs"][0][0][0] += 10**6


def _one_more_conjunction(lines: Lines) -> None:
    case = lines[0]["cases"][0]
    case["outputs"].append([[0] * len(case["outputs"][0][0])])
    case["factors"].append(["1"])


def _more_leaves(lines: Lines) -> None:
    lines[-1]["leaves"] += 1


def _larger_margin(lines: Lines) -> None:
    lines[-1]["margin"] = "1000"


def _negative_scale(lines: Lines) -> None:
    lines[0]["program"]["scales"][-1] = "-1"


def _negative_factor(lines: Lines) -> None:
    lines[0]["cases"][0]["factors"][0][0] = "-1"


def _long_power(lines: Lines) -> None:
    lines[0]["cases"][0]["upper"][0] = "1e999999999"


def _no_inputs(lines: Lines) -> None:
    lines[0]["program"]["input_dim"] = -1


def _far_row(lines: Lines) -> None:
    proof = next(proof for node in lines[1:-1] for proof in node[1])
    proof[3] = [99, 1]


def _last_row(lines: Lines) -> None:
    proof = next(proof for node in lines[1:-1] for proof in node[1])
    proof[3] = [-1, 1]


def _third_kind(lines: Lines) -> None:
    proof = next(proof for node in lines[1:-1] for proof in node[1])
    proof[1] = 2


def _boolean(lines: Lines) -> None:
    proof = next(proof for node in lines[1:-1] for proof in node[1])
    proof[1] = bool(proof[1])


def _fractional(lines: Lines) -> None:
    lemma = next(lemma for node in lines[1:-1] for lemma in node[0])
    lemma[1] = float(lemma[1])


def _doubled_child(lines: Lines) -> None:
    lines.insert(-1, lines[-2])
    lines[-1]["leaves"] += 1


@pytest.mark.parametrize(
    "change",
    [
        _flip, _flip_condition, _no_weights, _other_split, _drop_leaf, _leaf_instead_of_split, _drop_lemmas,
        _drop_proofs, _weight, _wider_box, _lower_condition, _one_more_conjunction, _more_leaves, _larger_margin,
        _negative_scale, _negative_factor, _long_power, _no_inputs, _far_row, _last_row, _third_kind,
        _boolean, _fractional, _doubled_child,
    ],
)  # fmt: skip
def test_changed_certificates_are_refused(honest: Path, tmp_path: Path, change: Callable[[Lines], None]) -> None:
    lines = lines_of(honest)
    path = tmp_path / "c"
    rewrite(path, lines)
    check_file(path)
    change(lines)
    rewrite(path, lines)
    with pytest.raises(Refused):
        check_file(path)


def test_damaged_files_are_refused(honest: Path, tmp_path: Path) -> None:
    content = honest.read_bytes()
    path = tmp_path / "c"
    middle = content.index(b"\n") + 5
    for damaged in (
        content[:-10],
        content[: len(content) // 2],
        content + b"\n",
        content[:middle] + b"1" + content[middle:],
        content.replace(b"(assert", b"(Assert", 1),
        content[: content.index(b"\n") + 1],
        content.replace(b'"version":2', b'"version":2,"version":2', 1),
    ):
        path.write_bytes(damaged)
        with pytest.raises(Refused):
            check_file(path)
    for other in (b"", b"{}\n", content.replace(b"property certificate", b"something else", 1)):
        path.write_bytes(other)
        with pytest.raises(NotACertificate):
            check_file(path)


@pytest.mark.parametrize(
    "node",
    [
        "{}", "7", "null", "[]", "[[],[]]", "[{},[],null]", "[[[0,1,0]],[],null]", "[[[0,1,0,[1]]],[],null]",
        "[[],[7],null]", "[[],[[0,0,[1],1]],null]", "[[],[[-1,0,[],[9,1]]],null]", "[[],[],{}]", "[" * 10**5, "x",
    ],
)  # fmt: skip
def test_nodes_of_another_shape_are_refused_in_words(honest: Path, tmp_path: Path, node: str) -> None:
    header = honest.read_bytes().split(b"\n")[0]
    (tmp_path / "c").write_bytes(header + f"\n{node}\n".encode())
    with pytest.raises(Refused) as refusal:
        check_file(tmp_path / "c")
    assert not re.search(r"Error|\(\)|argument|expected", str(refusal.value))


def test_a_program_that_is_no_maximum_is_refused(honest: Path, tmp_path: Path) -> None:
    lines = lines_of(honest)
    stage = next(stage for stage in lines[0]["program"]["stages"] if stage["gates"])
    stage["gates"][0][1] = [stage["gates"][0][1][1], stage["gates"][1][1][1]]
    rewrite(tmp_path / "c", lines)
    with pytest.raises(Refused, match="no multiple"):
        check_file(tmp_path / "c")


def test_an_empty_input_set_needs_no_multipliers(tmp_path: Path) -> None:
    header = check_file(written(tmp_path / "c", ABSOLUTE, text(box(("1", "-1")) + "(assert (>= Y_0 0))")))
    assert (header["leaves"], header["margin"]) == (1, None)


def test_the_certificate_of_combined_conditions_names_their_multipliers(tmp_path: Path) -> None:
    source = text(box(("-1", "1")) + "(assert (>= Y_0 1e-30))(assert (>= Y_1 1e-30))", outputs=2)
    lines = lines_of(written(tmp_path / "c", OPPOSITE, source))
    exact = [proof for node in lines[1:-1] for proof in node[1] if proof[1]]
    assert exact
    assert all(len(set(proof[2])) == 1 for proof in exact if proof[0] == 0)


def test_combinations_side_by_side_are_those_of_each_coefficient() -> None:
    from fractions import Fraction

    forms = [{v: Fraction((v * 7 + i * 3) % 23 - 11, 8) for v in range(1, 14)} for i in range(9)]
    rows = Rows(forms)
    assert rows.is_dense
    for factors in ([2**100 * (-1) ** i + i for i in range(9)], [0] * 9, [-1, 0, 5, 2**127, -(2**127), 1, 1, 1, 1]):
        found = dict(zip(*rows.times(factors), strict=True))
        for v in rows.variables:
            assert found[v] == sum(factor * form[v] for factor, form in zip(factors, forms, strict=True)) * rows.below


@pytest.mark.parametrize("jobs", [1, 2])
def test_trees_are_verified_in_parts(honest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    """Wherever the trees are cut, and in whatever process, the same is proven, and the same is refused."""
    whole = check_file(honest)
    for cut in (0, 1, 2):
        monkeypatch.setattr(check_property, "CUT", cut)
        header = check_file(honest, run=in_processes(jobs))
        assert (header["leaves"], header["margin"]) == (whole["leaves"], whole["margin"])
    monkeypatch.setattr(check_property, "CUT", 1)
    for change in (_flip, _flip_condition, _drop_leaf, _drop_proofs):
        lines = lines_of(honest)
        change(lines)
        rewrite(tmp_path / "forged", lines)
        with pytest.raises(Refused):
            check_file(tmp_path / "forged", run=in_processes(jobs))


def test_multiples_of_one_form_are_one_unit() -> None:
    """max(0, 2z), max(0, -3z) and max(0, z/2) for z = 2x - y + 1, and a second layer that sees it."""
    rows = [[4, -2], [-6, 3], [1, "-1/2"], [1, 0]]
    layers = [(rows, [2, -3, "1/2", 0]), ([[1, 0, 0, 1], [0, 0, 4, 1]], [0, 0]), ([[1, 1], [1, -1]], [0, 0])]
    network = Network.from_weights(layers)
    levels = Levels(Units(program_document(network.program)))
    assert levels.n_units == 3
    for point in ((Fraction(1, 3), Fraction(2)), (Fraction(-2), Fraction(1, 7)), (Fraction(0), Fraction(1))):
        values = [Fraction(1), *point]
        for form in levels.forms:
            values.append(max(Fraction(0), sum(entry * values[v] for v, entry in form.items())))
        assert tuple(sum(a * values[v] for v, a in form.items()) for form in levels.outputs) == network(point)
