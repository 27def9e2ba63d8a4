"""Small files that ask for very much: refused by what they announce, in no time and without the memory."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tropical
from polytopes.errors import FileFormatError, InputError, ToolkitError
from polytopes.formats import load, load_complex, load_fan, size_limit
from polytopes.formats.limits import DEFAULT, VARIABLE, charge, max_size, parse_size, reading
from tests.fuzz.bounds import bounded
from tropical.algebra.files import load_function
from tropical.fans.data_files import read_data
from tropical.pooling.window_files import read_windows
from tropical.regions.pattern_files import read_patterns

BOUND = "bound for one file is 256 MiB, raise it with --max-size"
TERMS = {"format": "tropical-function", "version": 1, "kind": "polynomial"}
NETWORK = {"format": "tropical-network", "version": 1}
GFAN = "_application fan\n_version 2.2\n_type SymmetricFan\n\nAMBIENT_DIM\n{}\n\nMAXIMAL_CONES\n{{}}\n"
PRIMES = [p for p in range(2, 10_000) if all(p % q for q in range(2, int(p**0.5) + 1))]


def npy(shape: tuple[int, ...], kind: str = "<f8", content: bytes = b"") -> bytes:
    """A file of numpy whose header announces this shape, whatever follows."""
    header = repr({"descr": kind, "fortran_order": False, "shape": shape}).ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + content


def archive(compression: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as packed:
        for name, content in members.items():
            packed.writestr(f"{name}.npy", content)
    return stream.getvalue()


def zeros(n: int, m: int) -> bytes:
    return archive(W0=npy((n, m), "|u1", bytes(n * m)), b0=npy((n,), "|u1", bytes(n)))


def onnx_model(dims: list[int], nodes: list[Any], raw: bytes = b"") -> bytes:
    import onnx
    from onnx import TensorProto, helper

    weight = TensorProto(name="W", data_type=TensorProto.FLOAT, dims=dims, raw_data=raw)
    ends = [helper.make_tensor_value_info("x", 1, [1, 2]), helper.make_tensor_value_info("y", 1, None)]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], [weight])
    content: bytes = helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)]).SerializeToString()
    return content


def onnx_shape() -> bytes:
    """A tensor of 80 GB without its entries."""
    from onnx import helper

    return onnx_model([10**5, 10**5], [helper.make_node("MatMul", ["x", "W"], ["y"])])


def onnx_powers() -> bytes:
    """A constant that is squared forty times."""
    from onnx import helper

    names = ["W", *(f"c{i}" for i in range(40))]
    nodes = [helper.make_node("Mul", [a, a], [b]) for a, b in pairwise(names)]
    return onnx_model([1, 2], [*nodes, helper.make_node("Add", ["x", names[-1]], ["y"])], np.float32([3, 5]).tobytes())


def onnx_broadcast() -> bytes:
    """A row of 20,000 numbers plus its transpose."""
    from onnx import helper

    nodes = [helper.make_node("Transpose", ["W"], ["V"]), helper.make_node("Add", ["W", "V"], ["s"])]
    nodes += [helper.make_node("MatMul", ["x", "s"], ["y"])]
    return onnx_model([1, 20_000], nodes, np.ones(20_000, dtype=np.float32).tobytes())


def onnx_empty_axis() -> bytes:
    """No entries, but a bias of 8 GB would go with them."""
    from onnx import helper

    return onnx_model([0, 10**9], [helper.make_node("MatMul", ["x", "W"], ["y"])])


def expanded_tensors() -> bytes:
    """A state dictionary of one number, seen as 10^10."""
    import torch

    stream = io.BytesIO()
    one = torch.zeros(1, 1)
    torch.save({"0.weight": one.expand(10**5, 10**5), "0.bias": one[0].expand(10**5)}, stream)
    return stream.getvalue()


def torch_members() -> bytes:
    """A storage of 270 MB that is compressed, as torch never writes it."""
    import torch

    stream, packed = io.BytesIO(), io.BytesIO()
    torch.save({"0.weight": torch.zeros(1, 1), "0.bias": torch.zeros(1)}, stream)
    with zipfile.ZipFile(stream) as own, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for info in own.infolist():
            content = own.read(info)
            new.writestr(info.filename, content if "/data/0" not in info.filename else bytes(27 * 10**7))
    return packed.getvalue()


def text(*parts: str) -> Callable[[], bytes]:
    return lambda: "\n".join(parts).encode()


def as_json(document: Any) -> Callable[[], bytes]:
    return lambda: json.dumps(document).encode()


def state(path: Path) -> object:
    return tropical.load(path, activation="relu")


def arrays(path: Path) -> object:
    return list(read_patterns(path))


polymake = {"_type": "polytope::Polytope<Rational>"}
BOMBS: dict[str, tuple[str, Callable[[Path], object], Callable[[], bytes]]] = {
    "zeros.npz": (".npz", tropical.load, lambda: zeros(16_400, 16_400)),
    "small entries.npz": (".npz", tropical.load, lambda: zeros(6000, 6000)),
    "patterns.npz": (".npz", arrays, lambda: archive(patterns_0=npy((6000, 6000), "|u1", bytes(6000**2)))),
    "shape.onnx": (".onnx", tropical.load, onnx_shape),
    "powers.onnx": (".onnx", tropical.load, onnx_powers),
    "broadcast.onnx": (".onnx", tropical.load, onnx_broadcast),
    "empty axis.onnx": (".onnx", tropical.load, onnx_empty_axis),
    "expanded.pt": (".pt", state, expanded_tensors),
    "members.pt": (".pt", state, torch_members),
    "input.json": (
        ".json",
        tropical.load,
        as_json({**NETWORK, "input_shape": [10**8], "nodes": [{"name": "r", "kind": "ReLU"}]}),
    ),
    "exponents.json": (
        ".json",
        tropical.load,
        as_json(
            {**NETWORK, "input_shape": [500], "nodes": [{"name": "a", "kind": "Affine", "weight": [500 * ["1e99999"]]}]}
        ),
    ),
    "exponents.csv": (".csv", read_data, text(*1000 * ["1e100000"])),
    "small exponents.csv": (".csv", read_data, text(*1000 * ["-1.5e-99999"])),
    "exponents.ine": (".ine", load, text("H-representation", "begin", "500 2 rational", *500 * ["1 7e-90000"], "end")),
    "dimension.ine": (".ine", load, text("H-representation", "begin", "0 1000000000 rational", "end")),
    "dimension.ext": (".ext", load, text("V-representation", "begin", "0 1000000000 rational", "end")),
    "ambient.json": (".json", load, as_json({**polymake, "CONE_AMBIENT_DIM": 10**9, "FACETS": []})),
    "columns.json": (".json", load, as_json({**polymake, "FACETS": [{"0": 1}, {"cols": 10**9}]})),
    "box.json": (".json", load, as_json({"lower": 20_000 * [0], "upper": 20_000 * [1]})),
    "ambient.sage": (".sage", load, text("Polyhedron(vertices=[], ambient_dim=10000000000)")),
    "ambient complex.json": (
        ".json",
        load_complex,
        as_json({"_type": "fan::PolyhedralComplex<Rational>", "FAN_AMBIENT_DIM": 10**9, "MAXIMAL_POLYTOPES": []}),
    ),
    "ambient fan.json": (
        ".json",
        load_fan,
        as_json({"_type": "fan::PolyhedralFan<Rational>", "FAN_AMBIENT_DIM": 10**9, "RAYS": [], "MAXIMAL_CONES": []}),
    ),
    "lattice.sage": (".sage", load, text("Fan([], lattice=ToricLattice(10000000000))")),
    "dimension.gfan": (".gfan", load_fan, text(GFAN.format(10**9))),
    "terms.json": (
        ".json",
        load_function,
        as_json({**TERMS, "variables": 1, "terms": [[f"1e{99_999 - i}", "0"] for i in range(100)]}),
    ),
    "exponents.txt": (".txt", load_function, text("max(" + ", ".join(100 * ["1e90000 x"]) + ")")),
    "inputs.json": (".json", read_windows, as_json({"windows": [[0]], "size": 10**7})),
}


@pytest.mark.parametrize("name", BOMBS)
def test_refused_by_what_is_announced(name: str, tmp_path: Path) -> None:
    ending, read, content = BOMBS[name]
    path = tmp_path / f"bomb{ending}"
    path.write_bytes(content())
    assert path.stat().st_size < 2_500_000
    tracemalloc.start()
    try:
        with bounded(), pytest.raises(FileFormatError) as error:
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 2 * 10**8
    finally:
        tracemalloc.stop()
    message = str(error.value)
    assert message.startswith(str(path)) and BOUND in message and len(message) < 1000


def test_many_denominators(tmp_path: Path) -> None:
    """Over their common denominator, 1/2, 1/3, 1/5, ... have as many digits as all of them together."""
    path = tmp_path / "a.json"
    layer = {"name": "a", "kind": "Affine", "weight": 8 * [[f"1/{p}" for p in PRIMES]]}
    path.write_text(json.dumps({**NETWORK, "input_shape": [len(PRIMES)], "nodes": [layer]}))
    with size_limit("16M"), pytest.raises(FileFormatError, match="digits; the bound for one file is 16 MiB"):
        tropical.load(path)


def test_what_comes_out_is_what_was_announced(tmp_path: Path) -> None:
    """An archive may lie about its members, and an array about its entries."""
    path = tmp_path / "a.npz"
    content = bytearray(archive(zipfile.ZIP_DEFLATED, W0=npy((1, 1), content=bytes(8)), b0=npy((1,), content=bytes(8))))
    start = content.rfind(b"PK\x01\x02", 0, content.rfind(b"PK\x01\x02"))
    for size in (0, 100, 137, 10**6, 2**32 - 2):
        content[start + 24 : start + 28] = struct.pack("<I", size)
        path.write_bytes(content)
        with pytest.raises(FileFormatError):
            tropical.load(path)
    for array in (
        npy((10**6, 10**6)),
        npy((1, 1), content=bytes(16)),
        npy((2, 1), content=bytes(8)),
        npy((-1, -1), content=bytes(8)),
    ):
        path.write_bytes(archive(W0=array, b0=npy((1,), content=bytes(8))))
        with pytest.raises(FileFormatError, match="W0"):
            tropical.load(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_unpacked_piece_by_piece(method: int, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(archive(method, W0=npy((9, 9), content=bytes(648)), b0=npy((9,), content=bytes(72))))
    with pytest.raises(FileFormatError, match="compressed in a way that is not read"):
        tropical.load(path)


@pytest.mark.parametrize(
    "content",
    [
        npy((1, 1), content=bytes(8)).replace(b"}", b" "),
        npy((1, 1), content=bytes(8)).replace(b"(1, 1)", b"(1, 1 "),
        npy((1, 1), content=bytes(8)).replace(b"'<f8'", b"'<f8 "),
        npy((1, 1), "<U1", b"\xff\xff\xff\xff"),
        npy((1, 1), ">U1", b"\x7f\x00\x00\x00"),
        npy((1, 1), "|O", b"\x80\x04N."),
        npy((1,) * 64, content=bytes(8)),
        npy((1, 1), content=bytes(8)).replace(b"\x01\x00", b"\x03\x00", 1),
        npy((1, 1), content=bytes(8))[:30],
    ],
)
def test_arrays_that_are_damaged(content: bytes, tmp_path: Path) -> None:
    """Headers that are not closed, texts beyond Unicode, objects, too many axes, another version, a cut."""
    path = tmp_path / "a.npz"
    path.write_bytes(archive(W0=content, b0=npy((1,), content=bytes(8))))
    with pytest.raises(FileFormatError, match=r"a\.npz: .*W0|a\.npz: not a zip"):
        tropical.load(path)


def test_the_bound_can_be_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(zeros(300, 300))
    with size_limit("500K"), pytest.raises(FileFormatError, match=r"720,000 bytes.*500 KiB.*--max-size 1M"):
        tropical.load(path)
    with size_limit("1M"):
        assert tropical.load(path).input_dim == 300
    monkeypatch.setenv(VARIABLE, "500K")
    with pytest.raises(FileFormatError, match="500 KiB"):
        tropical.load(path)
    with size_limit("1M"):
        assert max_size() == 2**20 and tropical.load(path).input_dim == 300
    monkeypatch.setenv(VARIABLE, "much")
    with pytest.raises(InputError, match=VARIABLE):
        tropical.load(path)
    monkeypatch.delenv(VARIABLE)
    assert max_size() == DEFAULT


@pytest.mark.parametrize("size", ["", "0", "-1", "1.5G", "4X", "1" * 16, None])
def test_sizes(size: Any) -> None:
    with pytest.raises(InputError, match="is not a size"):
        parse_size(size)


def test_nothing_is_counted_twice_or_across_files() -> None:
    with size_limit(100):
        for _ in range(3):
            with reading(), reading():
                charge(60, "they")
                charge(40, "they")
        with reading(), pytest.raises(FileFormatError, match="60 bytes and 120 with what came before"):
            for _ in range(2):
                charge(60, "they")
    charge(10**12, "they")  # not from a file


def test_long_numbers_that_stand_in_the_file_are_read(tmp_path: Path) -> None:
    """One number of 130,000 digits is as welcome as the exponent of every float."""
    path = tmp_path / "a.csv"
    path.write_text("7" * 130_000 + ",1e100000\n" + 2000 * "1e-308,1e308\n")
    assert read_data(path).points[0][1] == 10**100_000


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(2**40)
    for ending, read in ((".csv", read_data), (".ine", load), (".npz", tropical.load), (".json", tropical.load)):
        with pytest.raises(FileFormatError, match="its contents ask for"):
            read(path.rename(path.with_suffix(ending)))
        path = path.with_suffix(ending)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_functions_in_other_encodings(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(json.dumps({**TERMS, "variables": 1, "terms": [["0", "1"]]}).encode(encoding))
    assert tropical.load(path)([3]) == (3,)
    path.write_bytes(path.read_bytes() + b"\xff\xd8")
    with pytest.raises(ToolkitError, match=r"a\.json"):
        tropical.load(path)


def test_surrogates(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"format": "tropical-function", "kind": "\xed\xa0\x80"}')
    with pytest.raises(FileFormatError, match="not a text"):
        tropical.load(path)
    path.write_text('{"format": "tropical-function", "version": 1, "variables": 1, "kind": "\\ud800"}')
    with pytest.raises(FileFormatError, match="kind"):
        tropical.load(path)


@pytest.mark.parametrize("depth", [30, 33, 63, 64, 65, 900, 100_000])
def test_weights_nested_deep(depth: int, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    weight = depth * "[" + "1" + depth * "]"
    path.write_text(
        '{"format": "tropical-network", "version": 1, "input_shape": [1], '
        f'"nodes": [{{"name": "a", "kind": "Affine", "weight": {weight}}}]}}'
    )
    with pytest.raises(ToolkitError) as error:
        tropical.load(path)
    assert len(str(error.value)) < 1000


def test_a_node_named_like_the_input(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    nodes = [{"name": "input", "kind": "ReLU"}, {"name": "r", "kind": "ReLU"}]
    path.write_text(json.dumps({**NETWORK, "input_shape": [1], "nodes": nodes}))
    with pytest.raises(FileFormatError, match=r"'input'.*names must differ"):
        tropical.load(path)


@pytest.mark.parametrize("field", ["op_type", "attribute", "name", "initializer", "output"])
def test_texts_of_a_graph_that_are_not_utf8(field: str, tmp_path: Path) -> None:
    from onnx import helper

    name = {"attribute": "alpha", "op_type": "LeakyRelu", "name": "the name", "initializer": "W", "output": "y"}[field]
    node = helper.make_node("LeakyRelu", ["x"], ["y"], name="the name", alpha=0.5)
    content = onnx_model([1], [node], bytes(4))
    path = tmp_path / "a.onnx"
    length = bytes([len(name)])
    path.write_bytes(content.replace(length + name.encode(), length + name.encode()[:-1] + b"\xef"))
    with pytest.raises(FileFormatError, match="is not UTF-8"):
        tropical.load(path)


def test_pickles_of_tuples_in_tuples(tmp_path: Path) -> None:
    """A key that is a pair of equal pairs of equal pairs ... takes time without end to hash."""
    path = tmp_path / "a.pt"
    pairs = 60 * b"h\x01h\x01\x86q\x01"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("archive/data.pkl", b"\x80\x02})q\x01" + pairs + b"K\x01s.")
        packed.writestr("archive/version", "3\n")
    with pytest.raises(FileFormatError, match="nests tuples"):
        state(path)


@pytest.mark.parametrize("lengths", [(3, 3, 6, 3), (1, 3, 3, 3), (3, 2, 3, 3), (3, 3, 3, 4)])
def test_batch_normalizations_of_different_lengths(lengths: tuple[int, ...], tmp_path: Path) -> None:
    import torch

    names = ("weight", "bias", "running_mean", "running_var")
    content = {"0.weight": torch.ones(3, 2), "0.bias": torch.ones(3)}
    content |= {f"1.{name}": torch.ones(n) for name, n in zip(names, lengths, strict=True)}
    torch.save(content, tmp_path / "a.pt")
    with pytest.raises(ToolkitError, match=r"a\.pt"):
        state(tmp_path / "a.pt")
