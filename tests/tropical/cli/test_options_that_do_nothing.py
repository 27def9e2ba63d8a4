"""Options that would do nothing are refused, and what is short of an answer says what --terms means."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tropical.cli.helpers import SQUARE, XOR, refused, tropical
from tropical import save
from tropical.cli.questions import QUESTIONS

PROCESS = Path(__file__).parents[3] / "examples/processes/two_states.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(XOR, tmp_path / "net.json")
    (tmp_path / "data.csv").write_text(SQUARE)
    (tmp_path / "box.json").write_text('{"lower": [0], "upper": [1]}')
    return tmp_path


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("regions", "net.json", "--relative"), "--relative is about a lower-dimensional domain"),
        (("estimate", "net.json", "--relative"), "--relative is about a lower-dimensional domain"),
        (("inspect", "net.json", "--relative"), "--relative is about a lower-dimensional domain"),
        (("mdp", PROCESS, "--digits", 3), "--digits is of the bounds of a flow; give --start too"),
        (("rates", "box.json", "--objective", "1", "--digits", 3), "--digits is of the bounds of a flow"),
        (("pool", "--input", 5, "--window", 2, "--padding-value", "0"), "--padding-value is about padding"),
        (("fan", "data.csv", "--labels", "kind", "--terms", "2,1"), "give --terms 3, those of g and h together"),
        (("fan", "data.csv", "--labels", "kind", "--terms", "0"), "a positive integer"),
        (("classify", "data.csv", "--labels", "kind", "--terms", "3"), "only 'tropical fan' takes one number"),
        (("pool", "--input", 5, "--window", 2, "--kernel-size", 2), "'--window', '--kernel-size' are one option"),
        (("pool", "list", "--input", 5, "--window", 2, "--window", 3), "one option, which is given 2 times"),
        (("regions", "net.json", "--box", "0,1", "--box=0,2"), "'--box' is given 2 times; give it once"),
        (("boundary", "net.json", "--type", "--no-type"), "'--type', '--no-type' are one option"),
        (("spline", "data.csv", "--target", "x", "--targets", "y"), "'--target', '--targets' are one option"),
        (("--max-size", "1G", "--max-size", "2G", "info", "net.json"), "'--max-size' is given 2 times"),
    ],
)
def test_refused(arguments: tuple[object, ...], said: str, folder: Path) -> None:
    found = [folder / own if isinstance(own, str) and (folder / own).exists() else own for own in arguments]
    assert said in refused(*found)


def test_a_window_is_a_kernel_in_torch() -> None:
    ours, theirs = (
        tropical("pool", "--input", 6, name, 3, "--stride", 1).stdout for name in ("--window", "--kernel-size")
    )
    assert [line for line in ours.splitlines() if "seconds" not in line] == [
        line for line in theirs.splitlines() if "seconds" not in line
    ]


def test_without_a_command_the_questions_are_shown() -> None:
    shown = tropical()
    assert shown.exit_code == 0 and "tropical --help" in shown.stdout
    commands = tropical("--help").stdout
    for question, line in QUESTIONS:
        assert f"{question}\n    {line}\n" in shown.stdout
        assert f"│ {line.split()[1]} " in commands


@pytest.mark.parametrize(
    "arguments",
    [("margins", "data.csv", "--labels", "kind"), ("hull", "points.csv"), ("train", "points.csv", "--target", "2")],
)
def test_windows_are_of_pictures(arguments: tuple[str, ...], folder: Path) -> None:
    (folder / "points.csv").write_text("1,2,3\n2,1,1\n-1,1,0\n")
    found = [folder / own if (folder / own).exists() else own for own in arguments]
    assert "--window says what to draw; name the picture with --plot" in refused(*found, "--window=0,1")
    assert "--window '1,0'" in refused(*found, "--window=1,0", "--plot", folder / "a.svg")
    drawn = tropical(*found, "--window=-1,5", "--plot", folder / "a.svg")
    assert drawn.exit_code == 0 and (folder / "a.svg").exists()
