"""``tropical verify`` and ``tropical check`` of what it writes."""

from __future__ import annotations

import gzip
import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.tropical.cli.helpers import document, refused, tropical
from tropical import Network, save

BOX = "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 -1))(assert (<= X_0 1))"
ABSOLUTE = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
EMPTY = "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 1))(assert (<= X_0 0))(assert (<= Y_0 9))"


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """The absolute value, in a file."""
    save(ABSOLUTE, tmp_path / "net.json")
    return tmp_path / "net.json"


def written(net: Path, condition: str, name: str = "prop.vnnlib") -> Path:
    """A property of the absolute value on [-1, 1]."""
    path = net.parent / name
    path.write_text(f"{BOX}(assert {condition})", encoding="utf-8")
    return path


def test_sat_gives_an_exact_point_and_what_floats_make_of_it(net: Path) -> None:
    prop = written(net, "(>= Y_0 1)")
    found = document("verify", net, prop)
    assert (found["verdict"], found["complete"], found["outputs"], found["rows"]) == ("sat", True, ["1"], ["0"])
    assert abs(Fraction(found["point"][0])) == 1
    assert found["clause"] == {"case": 0, "conjunction": 0}
    assert found["float32"]["in_box"] is True
    assert found["float32"]["missed_by"] == "0"
    assert found["float32"]["onnxruntime"] is None
    assert tropical("verify", net, prop).stdout.startswith("sat\n")


def test_unsat_gives_a_margin_and_a_certificate(net: Path) -> None:
    prop, target = written(net, "(>= Y_0 1.5)"), net.parent / "c"
    found = document("verify", net, prop, "--certificate", target)
    assert (found["verdict"], found["certificate"], found["point"]) == ("unsat", str(target), None)
    assert 0.49 < Fraction(found["margin"]["proven"]) <= Fraction(1, 2)
    assert found["holds_with_tolerance_1e-4"] is True
    checked = document("check", target, net)
    assert (checked["verified"], checked["verdict"], checked["leaves"]) == (True, "unsat", found["leaves"])
    assert "the property that it proves unsatisfiable:" in tropical("check", target, net).stdout
    result = tropical("check", target, net, "--property", prop)
    assert (result.exit_code, "proves unsatisfiable" in result.stdout) == (0, False)
    other = tropical("check", target, net, "--property", written(net, "(>= Y_0 1.25)", "other.vnnlib"))
    assert (other.exit_code, other.stdout) == (1, "refused: it is of another property\n")
    save(Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 2]], [0])]), net.parent / "other.json")
    assert tropical("check", target, net.parent / "other.json").stdout == "refused: it is of another network\n"
    assert "--box" in refused("check", target, net, "--box=0,1")


def test_the_quoted_text_must_say_what_is_proved(net: Path) -> None:
    prop, target = written(net, "(>= Y_0 1.5)"), net.parent / "c"
    tropical("verify", net, prop, "--certificate", target)
    lines = target.read_bytes().split(b"\n")
    header = json.loads(lines[0])
    header["property"] = header["property"].replace("1.5", "0.5")
    import hashlib

    content = b"\n".join([json.dumps(header, separators=(",", ":")).encode(), *lines[1:-2]]) + b"\n"
    trailer = {**json.loads(lines[-2]), "sha256": hashlib.sha256(content).hexdigest()}
    target.write_bytes(content + json.dumps(trailer, separators=(",", ":")).encode() + b"\n")
    assert "not those of the property that it quotes" in tropical("check", target, net).stdout


def test_unknown_at_a_limit(net: Path) -> None:
    found = document("verify", net, written(net, "(and (<= Y_0 -1e-40) (>= X_0 -1))"), "--limit", 1, code=3)
    assert (found["verdict"], found["stopped_by"], found["complete"]) == ("unknown", "limit", False)
    assert found["open"] > 0
    thin = written(net, "(and (>= Y_0 1e-30) (<= Y_0 2e-30))", "thin.vnnlib")
    assert document("verify", net, thin)["verdict"] == "sat"


def test_an_empty_input_set_is_named(net: Path) -> None:
    prop = net.parent / "empty.vnnlib"
    prop.write_text(EMPTY, encoding="utf-8")
    found = document("verify", net, prop)
    assert (found["verdict"], found["nodes"], found["margin"]["proven"]) == ("unsat", 0, None)
    for options in ((), ("--json",)):
        assert "the input set is empty" in tropical("verify", net, prop, *options).stderr


def test_a_margin_that_is_not_defined_is_refused_before_the_search(net: Path) -> None:
    prop = written(net, "(<= X_0 0)")
    assert "no condition on outputs" in refused("verify", net, prop, "--margin")
    prop.write_text("(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= Y_0 1))", encoding="utf-8")
    assert "an input has no bound" in refused("verify", net, prop, "--margin")


def test_counterexamples_are_written_and_judged(net: Path) -> None:
    prop, target = written(net, "(>= Y_0 0.75)"), net.parent / "ce.txt"
    found = document("verify", net, prop, "--counterexample", target)
    assert found["counterexample_point"] == "the nearest float32 input"
    assert document("verify", net, prop, "--check-counterexample", target)["satisfied"] is True
    target.write_text("sat\n((X_0 1.0000001)\n(Y_0 1))", encoding="utf-8")
    judged = document("verify", net, prop, "--check-counterexample", target, code=1)
    assert (judged["in_input_set"], judged["outside_by"], judged["rows"]) == (False, "1/10000000", ["2500001/10000000"])
    assert judged["accepted_with_tolerance_1e-4"] is True
    assert judged["outputs_differ_by"] == "1/10000000"
    assert tropical("verify", net, prop, "--check-counterexample", target).stdout.startswith("not satisfied\n")
    assert "--margin is for a search" in refused("verify", net, prop, "--check-counterexample", target, "--margin")
    target.write_text("((Y_0 1))", encoding="utf-8")
    assert "X_0 is not given" in refused("verify", net, prop, "--check-counterexample", target)
    target.write_text(3000 * "(" + "(Y_0 1)(X_0 1)" + 3000 * ")", encoding="utf-8")
    assert document("verify", net, prop, "--check-counterexample", target)["outputs_differ_by"] == "0"
    packed = net.parent / "ce.txt.gz"
    packed.write_bytes(gzip.compress(b"sat\r\n((X_0 -7.5e-1))"))
    assert document("verify", net, prop, "--check-counterexample", packed)["satisfied"] is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("((X_0 0.5) (Y_1 1))", "Y_0 is not given"), ("((X_0 0.5) (Y_0 1) (Y_1 1) (Y_2 1))", "Y_2 is given"),
        ("", "X_0 is not"),
        ("((X_0 0.5) (X_1 2))", "X_1 is given"), ("unsat", "X_0 is not given"),
        ("((X_0 0.5) (X_0 0.5))", "X_0 is given twice"),
        ("((X_0 nan))", "no input X_i"), ("((X_0 1/2))", "no input X_i"), ("((X_0 1e99999))", "no input X_i"),
        ("((X_0 0.5)", "never closed"),
        ("((X_0 (- 0.5)))", "no input X_i"), ("X_0 0.5", "X_0 is not given"), ("((X_0 0.5 1))", "X_0 is not given"),
        ("((x_0 1))", "no input X_i"),
    ],
)  # fmt: skip
def test_counterexamples_of_another_form_are_refused(net: Path, text: str, said: str) -> None:
    save(Network.from_weights([([[1], [2]], [0, 0])]), net)
    prop, target = written(net, "(>= Y_0 0.75)"), net.parent / "ce.txt"
    prop.write_text("(declare-const Y_1 Real)" + prop.read_text(encoding="utf-8"), encoding="utf-8")
    target.write_text(text, encoding="utf-8")
    assert said in refused("verify", net, prop, "--check-counterexample", target)


def test_lists_of_instances(net: Path) -> None:
    written(net, "(>= Y_0 1)", "a.vnnlib")
    packed = written(net, "(>= Y_0 1.5)", "b.vnnlib")
    packed.with_name("b.vnnlib.gz").write_bytes(gzip.compress(packed.read_bytes()))
    packed.unlink()
    table = net.parent / "instances.csv"
    table.write_text("net.json,a.vnnlib,60\nnet.json,b.vnnlib,60\nnet.json,c.vnnlib,60\n", encoding="utf-8")
    result = tropical("verify", "--instances", table, "--json")
    assert result.exit_code == 2
    assert "1 of 3 instances cannot be asked" in result.stderr
    verdicts = [json.loads(line) for line in result.stdout.splitlines()]
    assert [entry["verdict"] for entry in verdicts] == ["sat", "unsat", None]
    assert "c.vnnlib" in verdicts[2]["error"]
    assert "unsat" in tropical("verify", "--instances", net.parent).stdout
    table.write_text("./net.json, a.vnnlib\r\n\r\nnet.json,b.vnnlib,inf\r\n", encoding="utf-8")
    assert tropical("verify", "--instances", table).exit_code == 0
    assert "--margin is of one search" in refused("verify", "--instances", table, "--margin")
    damaged = bytearray(gzip.compress(table.read_bytes()))
    damaged[12] ^= 255
    (net.parent / "instances.csv.gz").write_bytes(damaged)
    assert "damaged" in refused("verify", "--instances", net.parent / "instances.csv.gz")
    table.write_text("net.json\n", encoding="utf-8")
    assert "line 1" in refused("verify", "--instances", table)


def test_bad_input_is_one_line(net: Path) -> None:
    assert "give a network and a property" in refused("verify", net)
    two = net.parent / "two.vnnlib"
    two.write_text(BOX.replace("(declare-const Y_0", "(declare-const Y_1 Real)(declare-const Y_0"), encoding="utf-8")
    assert "the property has 2 outputs, the network 1" in refused("verify", net, two)


def test_resumes_from_a_file(net: Path) -> None:
    prop, state = written(net, "(<= Y_0 -1e-40)"), net.parent / "state"
    for _ in range(50):
        found = tropical("verify", net, prop, "--resume", state, "--limit", 1, "--json")
        if found.exit_code == 0:
            break
    assert json.loads(found.stdout)["verdict"] == "unsat"


def test_a_search_that_is_recorded_is_certified_and_drawn(net: Path) -> None:
    prop, state, certificate, picture = written(net, "(>= Y_0 2)"), *(net.parent / name for name in ("s", "c", "p.svg"))
    first = document("verify", net, prop, "--resume", state)
    again = document("verify", net, prop, "--resume", state, "--certificate", certificate, "--plot", picture)
    assert again["margin"] == first["margin"]
    assert again["margin"]["proven"] is not None
    assert document("check", certificate, net, "--property", prop)["verified"]
    assert document("check", certificate, net, "--jobs", 2)["leaves"] >= 1
    assert picture.read_bytes().startswith(b"<?xml")
    assert "a picture is" in refused("verify", net, prop, "--plot", net.parent / "p.txt")
