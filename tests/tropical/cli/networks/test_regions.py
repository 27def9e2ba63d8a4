"""The command line: counts, JSON, exit codes, and bad input of every kind."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from polytopes.arithmetic.rationals import as_fraction, exact_text
from polytopes.enumeration.limits import Limits
from polytopes.enumeration.linear_pieces import PieceCounter
from polytopes.enumeration.records import Records
from tests.paths import NETS, ROOT
from tests.tropical.cli.helpers import BIG, document, refused, tropical
from tropical import Network, save
from tropical._version import __version__
from tropical.cli import arguments
from tropical.cli.networks import counting
from tropical.regions.counting import count_regions
from tropical.regions.tally import Tally

SMALL = NETS / "int_2x8x8x1_s0.npz"
TRUTH = json.loads((NETS.parent / "regions.json").read_text())


def write_onnx(path: Path, op: str = "Relu", weights: Any = ((1.0, 2.0), (3.0, 4.0))) -> Path:
    matrix = numpy_helper.from_array(np.asarray(weights, dtype=np.float32), "W")
    nodes = [helper.make_node("MatMul", ["x", "W"], ["z"], "dense"), helper.make_node(op, ["z"], ["y"], "bend")]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2]) for name in "xy"]
    onnx.save(helper.make_model(helper.make_graph(nodes, "net", ends[:1], ends[1:], [matrix])), str(path))
    return path


# What is counted


@pytest.mark.parametrize(
    "name", ["int_2x8x8x1_s0", "dbl_2x8x1", "par_2x8x1_eps1e-06", "far_2x8x8x1_1e9", "int_4x8x1_s0"]
)
def test_counts_are_the_known_ones(name: str) -> None:
    found = {
        "R^d": document("regions", NETS / f"{name}.npz")["activation_regions"],
        "box": document("regions", NETS / f"{name}.npz", "--box", "-1,1")["activation_regions"],
    }
    assert found == TRUTH["networks"][name]


def test_both_methods_agree() -> None:
    one, two = (document("regions", SMALL, "--linear", "--method", name) for name in ("vertices", "witness"))
    for key in ("activation_regions", "linear_regions", "distinct_affine_maps", "bounded_activation_regions"):
        assert one[key] == two[key] > 0


def test_bounded_regions_of_many_inputs_are_counted_if_asked_for() -> None:
    network = Network.from_weights(
        [
            ([[int(i == j) for j in range(6)] for i in range(6)] + [[-1] * 6], [0] * 6 + [1]),
            ([[1] * 7, [1, -1, 0, 0, 0, 0, 0]], [-3, 0]),
            ([[1, 1]], [0]),
        ]
    )
    unasked, asked = count_regions(network), count_regions(network, bounded=True)
    by_rays = count_regions(network, method="vertices")
    assert unasked.bounded_activation_regions is None
    assert asked.activation_regions == unasked.activation_regions == by_rays.activation_regions
    assert asked.bounded_activation_regions == by_rays.bounded_activation_regions > 0


def test_document_over_the_whole_space() -> None:
    content = document("regions", SMALL)
    assert list(content) == [
        "activation_regions",
        "bounded_activation_regions",
        "complete",
        "seconds",
        "stopped_by",
        "domain",
        "network",
        "version",
    ]
    assert content["complete"] is True
    assert content["stopped_by"] is None
    assert content["domain"] == {"kind": "space", "dim": 2}
    assert content["version"] == __version__
    network = content["network"]
    assert (network["input_dim"], network["output_dim"], network["gates_per_layer"]) == (2, 1, [8, 8])


def test_linear_regions_when_asked_for() -> None:
    assert not {"linear_regions", "distinct_affine_maps"} & document("regions", SMALL).keys()
    content = document("regions", SMALL, "--linear", "--box", "-1,1")
    assert content["activation_regions"] >= content["linear_regions"] >= content["distinct_affine_maps"] > 1
    assert "bounded_activation_regions" not in content


@pytest.mark.parametrize("box", ["-1,1", "-1,1;-1,1", "-1.0,3/3;-2/2,1e0", " -1 , 1 "])
def test_spellings_of_a_box(box: str) -> None:
    content = document("regions", SMALL, "--box", box)
    assert content["domain"] == {"kind": "box", "lower": ["-1", "-1"], "upper": ["1", "1"]}
    assert content["activation_regions"] == document("regions", SMALL, "--box=-1,1")["activation_regions"]


def test_numbers_of_a_box_are_decimal_fractions() -> None:
    domain = document("regions", SMALL, "--box", "0.1,1/3;-2.50,1e-3")["domain"]
    assert domain == {"kind": "box", "lower": ["1/10", "-5/2"], "upper": ["1/3", "1/1000"]}


def test_domain_in_a_json_file(tmp_path: Path) -> None:
    path = tmp_path / "domain.json"
    expected = document("regions", SMALL, "--box", "-1,1")
    path.write_text('{"lower": [-1, "-1"], "upper": [1, 1.0], "features": ["ignored"]}')
    found = document("regions", SMALL, "--domain", path)
    assert found["domain"] == {**expected["domain"], "source": str(path)}
    assert found["activation_regions"] == expected["activation_regions"]
    path.write_text('{"inequalities": [[1, 1, 0], [1, -1, 0], ["1/2", 0, "1/2"], [1.0, 0, -1]]}')
    found = document("regions", SMALL, "--domain", path)
    assert found["domain"] == {"kind": "polyhedron", "dim": 2, "source": str(path)}
    assert found["activation_regions"] == expected["activation_regions"]


def test_domain_in_an_ine_file(tmp_path: Path) -> None:
    pytest.importorskip("polytopes.formats")
    (tmp_path / "box.ine").write_text("H-representation\nbegin\n4 3 integer\n1 1 0\n1 -1 0\n1 0 1\n1 0 -1\nend\n")
    found = document("regions", SMALL, "--domain", tmp_path / "box.ine")
    assert found["activation_regions"] == document("regions", SMALL, "--box", "-1,1")["activation_regions"]


def test_lower_dimensional_domain(tmp_path: Path) -> None:
    """The regions on a line are those of the network composed with a parametrization of the line."""
    line = refused("regions", SMALL, "--box", "-1,1;1/3,1/3")
    assert "dimension 1" in line
    assert "--relative" in line
    found = document("regions", SMALL, "--box", "-1,1;1/3,1/3", "--relative")["activation_regions"]
    weights = np.load(SMALL)
    layers = [(weights[f"W{i}"].astype(int).tolist(), weights[f"b{i}"].astype(int).tolist()) for i in range(3)]
    (W, b), *rest = layers
    composed = [([[row[0]] for row in W], [c + Fraction(row[1], 3) for row, c in zip(W, b, strict=True)]), *rest]
    save(Network.from_weights(composed), tmp_path / "line.json")
    assert found == document("regions", tmp_path / "line.json", "--box", "-1,1")["activation_regions"] > 3


def test_input_shape_is_checked() -> None:
    assert "input_shape" in refused("regions", SMALL, "--input-shape", "3")
    assert "integers" in refused("info", SMALL, "--input-shape", "a")


# What a person sees


def test_table_for_a_person() -> None:
    result = tropical("regions", SMALL, "--linear")
    assert result.exit_code == 0
    content = document("regions", SMALL, "--linear")
    for key in ("activation_regions", "linear_regions", "distinct_affine_maps", "bounded_activation_regions"):
        [line] = [line for line in result.stdout.splitlines() if line.startswith(key.replace("_", " "))]
        assert line.split()[-1] == str(content[key])
    assert result.stderr == ""


def test_info() -> None:
    result = tropical("info", SMALL)
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["relu0", "ReLU", "8", "8"] in rows
    content = document("info", SMALL)
    assert content["version"] == __version__
    assert [layer["gates"] for layer in content["network"]["layers"]] == [0, 8, 0, 8, 0]


def test_names_are_not_taken_for_markup(tmp_path: Path) -> None:
    path = tmp_path / "[red]net.json"
    save(Network.from_weights(BIG), path)
    assert "[red]net.json" in tropical("info", path).stdout.replace("\n", "")


def test_version() -> None:
    result = tropical("--version")
    assert (result.exit_code, result.stdout) == (0, f"tropical-polytopes {__version__}\n")


def test_help_names_every_option() -> None:
    result = tropical("regions", "--help")
    assert result.exit_code == 0
    for option in ("--box", "--domain", "--linear", "--json", "--limit", "--timeout", "--plot", "--slice", "-o"):
        assert option in result.stdout


# Files that are written


def test_output_is_the_document(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    result = tropical("regions", SMALL, "-o", target)
    assert result.exit_code == 0
    assert result.stdout.startswith(str(SMALL)[:20])
    assert json.loads(target.read_text())["activation_regions"] == document("regions", SMALL)["activation_regions"]
    assert os.listdir(tmp_path) == ["result.json"]


def test_output_and_json(tmp_path: Path) -> None:
    output = tmp_path / "result.json"
    assert document("regions", SMALL, "-o", output)["complete"] is True
    assert json.loads(output.read_text())["complete"] is True
    for option in ("-o", "--resume", "--plot", "--certificate"):
        assert "cannot be written, it is a device; name a file" in refused("regions", SMALL, option, os.devnull)


def test_targets_are_checked_before_the_work(tmp_path: Path, big: Path) -> None:
    assert "is a directory" in refused("regions", big, "-o", tmp_path)
    assert "does not exist" in refused("regions", big, "-o", tmp_path / "no" / "result.json")
    assert "is an input" in refused("regions", big, "-o", big)
    assert "pdf, pgf, png, svg" in refused("regions", big, "--plot", tmp_path / "regions.gif")
    assert "--slice" in refused("regions", big, "--plot", tmp_path / "regions.pdf")
    assert "--plot" in refused("regions", big, "--slice", "0,1")
    same = tmp_path / "same.png"
    assert "twice" in refused("regions", SMALL, "--plot", same, "-o", tmp_path / "." / "same.png")
    if os.path.isdir("/proc"):
        assert "cannot be written" in refused("regions", SMALL, "--plot", "/proc/regions.png")
    assert os.listdir(tmp_path) == ["big.json"]


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_plot(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"regions.{ending}"
    content = document("regions", SMALL, "--plot", target)
    assert content["complete"] is True
    start = {"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}[ending]
    assert target.read_bytes().startswith(start)


@pytest.mark.parametrize("plane", ["0,2", "0,2;1,1,1,1", "0,0,0,0;1,0,0,0;0,1/2,0,1"])
def test_slice(tmp_path: Path, plane: str) -> None:
    net = NETS / "int_4x8x1_s0.npz"
    target = tmp_path / "slice.svg"
    assert document("regions", net, "--box=-1,2", "--plot", target, "--slice", plane)["complete"] is True
    assert target.stat().st_size > 1000


@pytest.mark.parametrize(
    ("plane", "reason"),
    [
        ("0,4", "0 to 3"),
        ("1,1", "different"),
        ("0", "two axes"),
        ("a,b", "integers"),
        ("0,1;1,1", "2 coordinates"),
        ("0,0,0,0;1,1,1,1;2,2,2,2", "line"),
        ("0,1;0,0,9,0", "does not meet"),
        ("1;2;3;4", "two axes"),
    ],
)
def test_wrong_slices(tmp_path: Path, plane: str, reason: str) -> None:
    net = NETS / "int_4x8x1_s0.npz"
    assert reason in refused("regions", net, "--box=-1,1", "--plot", tmp_path / "slice.svg", "--slice", plane)
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--box=0,1e400"], "floating point"),
        (["--box=1,1.00000000000000000001"], "too narrow"),
        (["--box=0,1;1,1", "--relative"], "its dimension there is 1"),
    ],
)
def test_pictures_that_cannot_be_drawn(tmp_path: Path, options: list[str], reason: str) -> None:
    """They are refused before anything is counted."""
    assert reason in refused("regions", SMALL, *options, "--plot", tmp_path / "regions.svg")
    net = NETS / "int_4x8x1_s0.npz"
    slice_ = ["--plot", tmp_path / "slice.svg", "--slice", "1e400,0,0,0;0,1,0,0;0,0,1,0"]
    assert "floating point" in refused("regions", net, *slice_)
    assert not os.listdir(tmp_path)


# Stopped


def test_limit() -> None:
    total = document("regions", SMALL)["activation_regions"]
    assert document("regions", SMALL, "--limit", total)["complete"] is True
    content = document("regions", SMALL, "--limit", total - 1, "--linear", code=3)
    assert content["activation_regions"] == total - 1
    assert content["complete"] is False
    assert content["stopped_by"] == "limit"
    assert total > content["linear_regions"] >= content["distinct_affine_maps"] > 0


def test_timeout(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm rings when some regions are counted."""
    add = Tally.add_blocks

    def until_it_rings(tally: Tally, blocks: Iterable[Any], limits: Limits) -> None:
        def some() -> Iterator[Any]:
            for block in blocks:
                yield block
                if tally.n_regions >= 100:
                    signal.raise_signal(signal.SIGALRM)

        add(tally, some(), limits)

    monkeypatch.setattr(Tally, "add_blocks", until_it_rings)
    content = document("regions", big, "--timeout", "1000", "--limit", 20_000, code=3)
    assert content["complete"] is False
    assert content["stopped_by"] == "timeout"
    assert content["activation_regions"] >= 100


def test_timeout_holds_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading counts too, and what came before the command."""
    late = tropical("regions", SMALL, "--timeout", "50", "--json", began=time.monotonic() - 100)
    assert late.exit_code == 3
    assert json.loads(late.stdout)["stopped_by"] == "timeout"

    def slow(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(arguments, "read_network", slow)
    content = document("regions", SMALL, "--timeout", "0.2", "--linear", code=3)
    assert (content["activation_regions"], content["linear_regions"], content["complete"]) == (0, 0, False)
    assert content["stopped_by"] == "timeout"
    assert content["network"] is None
    for command in ("extrema", "inspect", "lipschitz"):
        content = document(command, SMALL, "--timeout", "0.05", code=3)
        assert (content["complete"], content["stopped_by"]) == (False, "timeout")
        assert tropical(command, SMALL, "--timeout", "0.05").exit_code == 3


def test_timeout_leaves_no_timer_behind(big: Path) -> None:
    before = signal.getsignal(signal.SIGALRM)
    document("regions", big, "--timeout", "0.2", code=3)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_timeout_of_the_joining(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the linear regions take too long, the other counts are given without them."""
    add = PieceCounter.add

    def until_it_rings(counter: PieceCounter, records: Records) -> None:
        add(counter, records)
        if counter.n_cells >= 2000:
            signal.raise_signal(signal.SIGALRM)

    monkeypatch.setattr(PieceCounter, "add", until_it_rings)
    monkeypatch.setattr(counting, "SHORTEST_JOIN", 0.001)
    content = document("regions", big, "--linear", "--timeout", "1000", "--limit", 20_000, code=3)
    assert content["stopped_by"] == "timeout"
    assert content["activation_regions"] >= content["distinct_affine_maps"] > 0
    assert content["linear_regions"] is None or content["linear_regions"] >= content["distinct_affine_maps"]


def test_a_picture_is_whole_or_missing(big: Path, tmp_path: Path) -> None:
    target = tmp_path / "regions.png"
    result = tropical("regions", SMALL, "--limit", 5, "--plot", target)
    assert result.exit_code == 3
    assert "not drawn" in result.stderr
    result = tropical("regions", big, "--limit", 5, "--plot", target, "--slice", "0,1")
    assert result.exit_code == 3
    assert "not drawn" in result.stderr
    assert not target.exists()


def test_interrupt(big: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C: valid JSON of what was found."""
    add, counted = PieceCounter.add, []

    def interrupted(counter: PieceCounter, records: Records) -> None:
        add(counter, records)
        counted.append(counter.n_cells)
        if counter.n_cells >= 100:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(PieceCounter, "add", interrupted)
    output = tmp_path / "result.json"
    # A background shell starts its commands with SIGINT ignored; the limit ends the count if nothing interrupts it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        content = document("regions", big, "--linear", "--limit", 2000, "-o", output, code=130)
    finally:
        signal.signal(signal.SIGINT, before)
    assert content["complete"] is False
    assert content["stopped_by"] == "interrupt"
    assert content["activation_regions"] == counted[-1] >= content["distinct_affine_maps"] > 0
    assert json.loads(output.read_text()) == content


def test_interrupt_while_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: Path, shape: str | None) -> Network:
        raise KeyboardInterrupt

    monkeypatch.setattr(arguments, "read_network", interrupted)
    content = document("regions", SMALL, "--linear", code=130)
    assert content["activation_regions"] == content["linear_regions"] == 0
    assert content["complete"] is False
    assert content["network"] is None
    assert tropical("regions", SMALL).exit_code == 130
    assert tropical("info", SMALL).exit_code == 130


# Bad input


def test_a_real_process(tmp_path: Path) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tropical", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    good = run("regions", SMALL, "--box", "-1,1", "--json")
    assert good.returncode == 0
    assert json.loads(good.stdout)["complete"] is True
    assert good.stderr == ""
    bad = run("regions", tmp_path / "none.onnx")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.startswith("error: ")
    assert "Traceback" not in bad.stderr


def test_reader_that_goes_away(tmp_path: Path) -> None:
    command = f"{sys.executable} -m tropical info {SMALL} --json | head -c 1"
    result = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert result.stderr == ""


def test_unsupported_network(tmp_path: Path) -> None:
    line = refused("regions", write_onnx(tmp_path / "net.onnx", op="Sigmoid"), code=4)
    assert "Sigmoid" in line
    assert "bend" in line


def test_truncated_onnx(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "net.onnx")
    assert document("regions", path)["activation_regions"] == 4
    content = path.read_bytes()
    for part in (0, 1, len(content) // 3, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:part])
        assert refused("regions", path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers(tmp_path: Path, value: float) -> None:
    assert refused("regions", write_onnx(tmp_path / "net.onnx", weights=[[1.0, 2.0], [3.0, value]]))
    np.savez(tmp_path / "net.npz", W0=np.array([[value]]), b0=np.zeros(1))
    assert "W0" in refused("regions", tmp_path / "net.npz")


def test_shapes_that_do_not_fit(tmp_path: Path) -> None:
    assert refused("regions", write_onnx(tmp_path / "net.onnx", weights=np.ones((3, 2))))
    np.savez(tmp_path / "net.npz", W0=np.ones((4, 2)), b0=np.zeros(4), W1=np.ones((1, 3)), b1=np.zeros(1))
    assert refused("regions", tmp_path / "net.npz")


@pytest.mark.parametrize("name", ["net.npz", "net.pt", "net.pkl", "net.onnx", "net.json"])
def test_pickles_are_not_opened(tmp_path: Path, name: str) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "exploded",)

    (tmp_path / name).write_bytes(pickle.dumps(Bomb()))
    assert refused("regions", tmp_path / name)
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("W0.npy", pickle.dumps(Bomb()))
        archive.writestr("archive/data.pkl", pickle.dumps(Bomb()))
    assert refused("regions", tmp_path / name)
    assert not (tmp_path / "exploded").exists()


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    assert "none.onnx" in refused("regions", tmp_path / "none.onnx")
    assert "net.xyz" in refused("info", tmp_path / "net.xyz")
    (tmp_path / "dir.onnx").mkdir()
    assert refused("regions", tmp_path / "dir.onnx")
    assert refused("regions", tmp_path)
    assert refused("regions", SMALL, "--domain", tmp_path / "none.json")
    assert refused("regions", SMALL, "--domain", tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_path_without_permission(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "net.onnx")
    path.chmod(0)
    assert "ermission" in refused("regions", path)


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ("1,-1", "empty"),
        ("-1,1;2,1", "coordinate 1"),
        ("-1,1;-1,1;-1,1", "3 intervals for 2 coordinates"),
        ("1", "interval"),
        ("1,2,3", "interval"),
        ("", "rational"),
        ("a,b", "rational"),
        ("nan,1", "rational"),
        ("-inf,inf", "rational"),
        ("1/0,2", "rational"),
        ("-1,1;", "rational"),
    ],
)
def test_wrong_boxes(box: str, reason: str) -> None:
    assert reason in refused("regions", SMALL, "--box", box)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        "\xff",
        '{"lower": [0]}',
        '{"lower": 0, "upper": 1}',
        '{"lower": [0], "upper": [1]}',
        '{"lower": [0, 0], "upper": [1]}',
        '{"lower": [0, "x"], "upper": [1, 1]}',
        '{"lower": [NaN, 0], "upper": [1, 1]}',
        '{"lower": [2, 0], "upper": [1, 1]}',
        '{"inequalities": [[1, 2], [1, 2, 3]]}',
        '{"inequalities": []}',
        '{"inequalities": [1]}',
        '{"inequalities": [[]]}',
        '{"inequalities": 5}',
        '{"lower": [0, null], "upper": [1, 1]}',
        '{"lower": [0, true], "upper": [1, 1]}',
        '{"lower": [[0, 0]], "upper": [[1, 1]]}',
        '{"lower": [0, 0], "upper": [1, {}]}',
        '{"lower": [0, 0], "upper": [1, Infinity]}',
        "null",
        "[" * 100_000,
    ],
)
def test_wrong_domains(tmp_path: Path, content: str) -> None:
    path = tmp_path / "domain.json"
    path.write_bytes(content.encode("latin-1"))
    line = refused("regions", SMALL, "--domain", path)
    assert not [word for word in ("'<'", "None", "NoneType", "set_int_max_str_digits", "unexpected") if word in line]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{}", '"lower" and "upper"'),
        ('{"lower": [0, 0], "upper": [1, 1], "inequalities": [[0, 1, 0]]}', "not both"),
        ('{"lower": [0, 0], "upper": [1, 1], "lower": [1, 1]}', "a key twice"),
        ('{"lower": [0, 0]}', '"upper" is missing'),
        ('{"upper": [0, 0]}', '"lower" is missing'),
        ('{"inequalities": []}', "no row"),
        ('{"lower": [0, 0], "upper": [1, true]}', "true is not a number"),
        ('{"lower": [0, 0], "upper": [1]}', "2 lower and 1 upper"),
        ('{"inequalities": [[1, 2], [1, 2, 3]]}', "2 and 3 entries"),
    ],
)
def test_domains_that_lack_something(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "domain.json"
    path.write_text(content)
    assert reason in refused("regions", SMALL, "--domain", path)


# Long numbers, strange names


@pytest.mark.parametrize("box", ["0,1e5000", "1e-5000,1", "0,1e100000", "0," + "9" * 5000])
def test_long_numbers(box: str) -> None:
    """More digits than Python itself converts to text; with rays to infinity the counts are those of an orthant."""
    upper = document("regions", SMALL, f"--box={box}")["domain"]["upper"][0]
    assert upper == exact_text(as_fraction(box.split(",")[1]))
    result = tropical("regions", SMALL, f"--box={box}")
    assert result.exit_code == 0
    assert len(result.stdout) < 1000


def test_long_numbers_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "domain.json"
    for upper in ("1e5000", "9" * 5000):
        path.write_text(f'{{"lower": [0, 0], "upper": [1, {upper}]}}')
        assert document("regions", SMALL, "--domain", path)["complete"] is True


def test_bad_numbers_are_not_echoed_in_full() -> None:
    for box in ("9" * 5000 + "x,1", "1,-" + "9" * 5000, "0," + "x" * 5000):
        assert len(refused("regions", SMALL, f"--box={box}")) < 600


def test_names_that_are_not_text(tmp_path: Path) -> None:
    """A lone surrogate, which no encoding writes, and a character that a terminal acts on."""
    path = tmp_path / "net.json"
    save(Network.from_weights(BIG), path)
    content = path.read_text()
    assert '"relu0"' in content
    path.write_text(content.replace('"relu0"', r'"\ud800\u001b[1m"'))
    result = tropical("info", path, "--json")
    assert json.loads(result.stdout.encode())["network"]["layers"][1]["name"] == "\ud800\x1b[1m"
    assert r"\ud800\x1b[1m" in tropical("info", path).stdout


def test_network_beyond_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(path: Path, shape: str | None) -> Network:
        raise MemoryError

    monkeypatch.setattr(arguments, "read_network", too_large)
    assert "memory" in refused("regions", SMALL)
    assert "memory" in refused("info", SMALL)


def test_box_and_domain(tmp_path: Path) -> None:
    assert "one domain" in refused("regions", SMALL, "--box", "0,1", "--domain", tmp_path / "x.json")


@pytest.mark.parametrize(
    "options",
    [
        ["--limit", "0"],
        ["--limit", "-3"],
        ["--limit", "many"],
        ["--timeout", "0"],
        ["--timeout", "-1"],
        ["--timeout", "nan"],
        ["--timeout", "inf"],
        ["--method", "guess"],
        ["--unknown"],
    ],
)
def test_wrong_options(options: list[str]) -> None:
    assert options[0] in refused("regions", SMALL, *options)


def test_wrong_commands() -> None:
    result = tropical()
    assert result.exit_code == 0
    assert "regions" in result.output
    assert "'NET'" in refused("regions")
    assert "'count'" in refused("count", SMALL)
    assert "--wrong" in refused("--wrong")
    assert "extra" in refused("info", SMALL, "extra")


def test_big_network_is_big(big: Path) -> None:
    """The tests of limits and interrupts rest on this."""
    assert document("regions", big, "--limit", 20_000, code=3)["activation_regions"] == 20_000
