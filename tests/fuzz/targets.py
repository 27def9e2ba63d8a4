"""Every reader of files with valid files of its format, from which mutations begin."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from attrs import frozen

import tropical
from polytopes.complexes import normal_fan, regular_subdivision
from polytopes.errors import InputError
from polytopes.formats import load, load_complex, load_domain, load_fan, save, save_complex
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.fuzz import mutations as m
from tests.tropical.regions.certificates import write as write_certificate
from tropical import Network
from tropical.algebra import files as functions
from tropical.checker import NotACertificate, Refused, check_file
from tropical.fans.data_files import label_names, read_data
from tropical.networks import layers
from tropical.networks.network import GraphBuilder
from tropical.pooling.window_files import read_windows
from tropical.regions.pattern_files import pattern_blocks, pattern_file, read_patterns
from tropical.verification import load_property

WEIGHTS = [([[1, -1], [2, "1/3"], ["0.5", 1]], [0, "-1/2", 1]), ([[1, -1, 1]], ["3/7"])]
NET = Network.from_weights(WEIGHTS)
FLOATS = [([[1.0, -1.0], [2.0, 0.25], [0.5, 1.0]], [0.0, -0.5, 1.0]), ([[1.0, -1.0, 1.0]], [0.375])]


@frozen
class Target:
    """A reader, the ending of its files, valid contents, and the mutations that know its format."""

    name: str
    read: Callable[[Path], object]
    ending: str
    seeds: Callable[[], list[bytes]]
    mutations: tuple[m.Mutation, ...] = ()

    def mutants(self, random: Random) -> Iterator[bytes]:
        """Yield contents without end, the valid ones first."""
        seeds = self.seeds()
        yield from seeds
        while True:
            yield m.any_mutation(random.choice(seeds), random, self.mutations)


def written(*writers: tuple[str, Callable[[Path], object]]) -> list[bytes]:
    """The contents of files that are written under certain names."""
    with TemporaryDirectory() as folder:
        for name, write in writers:
            write(Path(folder) / name)
        return [(Path(folder) / name).read_bytes() for name, _ in writers]


def convolutional() -> Network:
    """A network with layers of many kinds."""
    graph = GraphBuilder((1, 4, 4))
    node = graph.add(layers.Conv([[[[1, 2], [3, 4]]], [[[0, 1], [1, 0]]]], [0, "1/2"], 1, 1, 1, 1), [0])
    node = graph.add(layers.MaxPool(2, 2, 0, 1, True), [graph.add(layers.ReLU(), [node])])
    other = graph.add(layers.GlobalAvgPool(), [graph.add(layers.AvgPool(2, 1, 1), [0])])
    flat = [graph.add(layers.Reshape((-1,)), [i]) for i in (node, other)]
    node = graph.add(layers.LeakyReLU(["1/5"]), [graph.add(layers.Concat(0), flat)])
    return graph.finish(graph.add(layers.Maxout(2), [graph.add(layers.Select((0, 1, 2, 3)), [node])]))


def json_networks() -> list[bytes]:
    networks = {"a.json": NET, "b.json": convolutional()}
    return written(*((name, lambda path, n=network: tropical.save(n, path)) for name, network in networks.items()))


def json_functions() -> list[bytes]:
    texts = ["max(2x + 1, y, 0)", "max(x, y) - 1/2 abs(y)", "max(x, y)\nmin(x, 3)"]
    found = [functions.from_text(text) for text in texts]
    boundary = tropical.DecisionBoundary((found[0], found[0]))
    return [functions.to_json(function).encode() for function in (*found, boundary)]


def expressions() -> list[bytes]:
    named = b"# variables: a, b\n3/4 a - .5(b + 1e-3)\nabs(a) + min(b, -a, 2)\n"
    return [b"max(2x + 1, y, 0) - 2 relu(x - y)\n", named]


def npz(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def numpy_archives() -> list[bytes]:
    named = {f"{'Wb'[k]}{i}": part for i, pair in enumerate(FLOATS) for k, part in enumerate(pair)}
    texts = {
        f"{'Wb'[k]}{i}": np.array(part).astype(str) for i, pair in enumerate(WEIGHTS) for k, part in enumerate(pair)
    }
    return [npz(**named), npz(**texts), npz(W0=np.asfortranarray([[1, 2], [3, 4]]), b0=np.ones(2, dtype=np.int8))]


def torch_files() -> list[bytes]:
    import torch

    torch.manual_seed(0)
    nn = torch.nn
    modules = [nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))]
    modules += [nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1, bias=False))]
    contents = []
    for module in modules:
        for archive in (True, False):
            stream = io.BytesIO()
            torch.save(module.state_dict(), stream, _use_new_zipfile_serialization=archive)
            contents.append(stream.getvalue())
    return contents


def onnx_files() -> list[bytes]:
    import onnx
    from onnx import helper, numpy_helper

    def model(nodes: list[Any], shape: list[int], **constants: Any) -> bytes:
        kinds = onnx.TensorProto
        parts = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
        inputs = [helper.make_tensor_value_info("x", kinds.FLOAT, shape)]
        outputs = [helper.make_tensor_value_info("y", kinds.FLOAT, None)]
        graph = helper.make_graph(nodes, "g", inputs, outputs, parts)
        content: bytes = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()
        return content

    node, single = helper.make_node, np.float32
    dense = [
        node("Gemm", ["x", "W", "b"], ["h"], transB=1, alpha=0.5),
        node("Constant", [], ["c"], value=numpy_helper.from_array(single([[1, 2, 3]]))),
        node("Add", ["h", "c"], ["s"]),
        node("Relu", ["s"], ["r"]),
        node("Clip", ["r", "", "top"], ["k"]),
        node("MatMul", ["k", "V"], ["y"]),
    ]
    weights = {"W": single([[1, 2], [3, 4], [5, 6]]), "b": single([0, 1, 2]), "V": single([[1], [2], [3]])}
    windows = [
        node("Conv", ["x", "K"], ["h"], pads=[1, 1, 1, 1], strides=[1, 1], kernel_shape=[2, 2]),
        node("BatchNormalization", ["h", "g", "g", "g", "g"], ["n"], epsilon=0.001),
        node("LeakyRelu", ["n"], ["r"], alpha=0.125),
        node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        node("AveragePool", ["p"], ["q"], kernel_shape=[2, 2], auto_pad="SAME_UPPER"),
        node("Reshape", ["q", "s"], ["f"]),
        node("Transpose", ["f"], ["t"], perm=[1, 0]),
        node("Concat", ["t", "t"], ["d"], axis=1),
        node("Unsqueeze", ["d", "o"], ["u"]),
        node("Max", ["u", "e"], ["y"]),
    ]
    kernel = {"K": single([[[[1, 2], [3, 4]]], [[[1, 0], [0, 1]]]]), "g": single([1, 2]), "e": single(3)}
    kernel |= {"s": np.int64([1, -1]), "o": np.int64([0])}
    return [
        model(dense, [1, 2], top=single(6), **weights),
        model(windows, [1, 1, 4, 4], **kernel),
        expanded_onnx_file(),
    ]


def expanded_onnx_file() -> bytes:
    """A model with a function, a branch and a classifier."""
    import onnx
    from onnx import helper, numpy_helper

    node, kinds = helper.make_node, onnx.TensorProto
    sets = [helper.make_opsetid(domain, version) for domain, version in (("", 17), ("own", 1), ("ai.onnx.ml", 3))]
    leaky = node("LeakyRelu", ["a"], ["b"])
    leaky.attribute.append(onnx.AttributeProto(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT))
    body = [node("MatMul", ["x", "w"], ["a"]), leaky]
    function = helper.make_function("own", "Layer", ["x", "w"], ["b"], body, sets[:2], ["slope"])
    ends = [helper.make_empty_tensor_value_info("out")]
    branches = [helper.make_graph([node(name, ["h"], ["out"])], "branch", [], ends) for name in ("Neg", "Relu")]
    numbers = {"coefficients": [1.0, 2.0, 3.0, 4.0], "intercepts": [0.5, 1.0], "classlabels_ints": [0, 1]}
    nodes = [
        node("Layer", ["x", "W"], ["h"], domain="own", slope=0.5),
        node("If", ["c"], ["z"], then_branch=branches[0], else_branch=branches[1]),
        node("ScatterElements", ["z", "i", "u"], ["s"], axis=1),
        node("LinearClassifier", ["s"], ["label", "y"], domain="ai.onnx.ml", post_transform="NONE", **numbers),
    ]
    constants = {"W": np.float32([[1, 2], [3, 4]]), "c": np.array(True), "i": np.int64([[1]]), "u": np.float32([[7]])}
    parts = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    inputs, outputs = ([helper.make_tensor_value_info(name, kinds.FLOAT, [1, 2])] for name in "xy")
    graph = helper.make_graph(nodes, "g", inputs, outputs, parts)
    content: bytes = helper.make_model(graph, opset_imports=sets, functions=[function]).SerializeToString()
    return content


BESIDE = "net.data"
"""Where the weights of an ONNX file are, if they are not in it."""


def onnx_file_with_weights_beside() -> list[bytes]:
    import onnx

    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.onnx"
        model = onnx.load_model_from_string(onnx_files()[0])
        onnx.save(model, path, save_as_external_data=True, location=BESIDE, size_threshold=0)
        return [path.read_bytes()]


def load_with_weights_beside(path: Path) -> object:
    """Load a model whose weights are, as far as it asks for them, small integers in single precision."""
    (path.parent / BESIDE).write_bytes(np.arange(4096, dtype=np.float32).tobytes())
    return tropical.load(path)


def keras_models() -> list[tuple[dict[str, Any], dict[str, list[Any]]]]:
    """Documents of models, and their weights by the names of the layers."""
    from tests.tropical.networks.readers.keras.helpers import documented, whole

    dense = [
        ("Dense", {"activation": "relu"}, [whole(2, 3), whole(3)]),
        ("BatchNormalization", {"epsilon": 0.25}, [whole(3), whole(3), whole(3), np.full(3, 3.75)]),
        ("LeakyReLU", {"alpha": 0.5}, []),
        ("Dense", {"use_bias": False}, [whole(3, 1)]),
    ]
    images = [
        ("Conv2D", {"padding": "same", "strides": [2, 1]}, [whole(2, 2, 1, 2), whole(2)]),
        ("UpSampling2D", {"size": [2, 1], "interpolation": "bilinear"}, []),
        ("MaxPooling2D", {"pool_size": [2, 2]}, []),
        ("Conv2DTranspose", {"use_bias": False, "strides": [2, 2]}, [whole(1, 2, 1, 2)]),
        ("Flatten", {}, []),
        ("Softmax", {}, []),
    ]
    return [
        (documented(layers, shape), {f"{kind.lower()}_{i}": arrays for i, (kind, _, arrays) in enumerate(layers)})
        for layers, shape in ((dense, [2]), (images, [4, 4, 1]))
    ]


def hdf5_files() -> list[bytes]:
    from tests.tropical.networks.readers.keras.helpers import h5_bytes

    return [h5_bytes(*model) for model in keras_models()]


def keras_archives() -> list[bytes]:
    from tests.tropical.networks.readers.keras.helpers import keras_bytes

    return [keras_bytes(*model) for model in keras_models()]


def hdf5_layers(content: bytes, random: Random) -> bytes:
    """Change the document of the layers in a file that is valid but for it."""
    import h5py

    stream = io.BytesIO(random.choice(hdf5_files()))
    with h5py.File(stream, "r+") as file:
        text = m.json_value(file.attrs["model_config"].encode(), random)
        file.attrs["model_config"] = text.decode("utf-8", "replace").replace("\0", "")
    return stream.getvalue()


def safetensors() -> list[bytes]:
    parts = {
        "0.weight": np.float32([[1, -1], [2, 0.25]]),
        "0.bias": np.float64([1, 2]),
        "2.weight": np.float16([[1, 2]]),
    }
    names = {"<f4": "F32", "<f8": "F64", "<f2": "F16"}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, part in parts.items():
        place = [len(data), len(data) + part.nbytes]
        header[name] = {"dtype": names[part.dtype.str], "shape": part.shape, "data_offsets": place}
        data += part.tobytes()
    text = json.dumps(header).encode()
    return [len(text).to_bytes(8, "little") + text + data]


def safetensors_header(content: bytes, random: Random) -> bytes:
    """Change the header, and announce its length."""
    length = int.from_bytes(content[:8], "little")
    header = m.json_value(content[8 : 8 + length], random)
    return len(header).to_bytes(8, "little") + header + content[8 + length :]


def nnet() -> list[bytes]:
    text = b"// maximum\n2,2,1,2,\n2,2,1,\n0,\n-1,-1,\n1,1,\n0.5,0,0,\n1,2e0,1,\n1,-1,\n0,1,\n0,\n0,\n1,1,\n-3e-01,\n"
    return [text]


def vnnlib() -> list[bytes]:
    names = b"".join(b"(declare-const %s Real)\n" % name for name in (b"X_0", b"X_1", b"Y_0"))
    box = b"(assert (<= X_0 0.5))\n(assert (>= X_0 -1))\n(assert (and (<= X_1 1e-3) (>= X_1 0)))\n"
    cases = b"(assert (or (and (<= X_0 1) (>= X_0 0) (>= Y_0 2)) (and (<= X_1 1) (<= Y_0 -2))))\n"
    return [b"; a comment\n" + names + box + b"(assert (>= Y_0 0))\n", names + box + cases]


def tables() -> list[bytes]:
    return [b"x,y,label,weight\n0.5,1/3,+,2\n1e-3,-2,-,1\n", b"# a comment\n1 2 3\n4 5 6\n", b'"a";"b"\n1;2\n3;4\n']


def windows() -> list[bytes]:
    return [b"0 1 2\n1,2,3 # a window\n\n4\n", b'{"windows": [[0, 1], [1, 2, 3]], "size": 5}', b"[[0, 1], [2]]"]


SQUARE = Polyhedron.box([0, "-1/2"], [1, 2])
CONE = Polyhedron.from_generators([("1/2", 0)], [(1, 3)], [(0, 1)])


def polyhedra(ending: str) -> Callable[[], list[bytes]]:
    return lambda: written(*((f"{i}{ending}", lambda path, p=p: save(p, path)) for i, p in enumerate((SQUARE, CONE))))


def json_polyhedra() -> list[bytes]:
    box = {"lower": [0, "1/2"], "upper": [1, 2.5]}
    rows = {"inequalities": [[1, -1, 0], [0, 1, "1/2"]], "equations": [[0, 1, 1]]}
    sparse = {"_type": "polytope::Polytope<Rational>", "FACETS": [{"0": "1", "2": "-1/2"}, {"cols": 3}]}
    return [json.dumps(document).encode() for document in (box, rows, sparse)] + polyhedra(".json")()


def complexes(ending: str) -> Callable[[], list[bytes]]:
    whole = regular_subdivision([(0, 0), (1, 0), (0, 1), (2, 2)], [0, 0, 0, 1]).dual_complex()
    return lambda: written((f"a{ending}", lambda path: save_complex(whole, path)))


def fans(ending: str) -> Callable[[], list[bytes]]:
    found = [normal_fan(SQUARE), normal_fan(SQUARE + Polyhedron.from_generators([(0, 0), (1, 1)]))]
    found += [] if ending == ".sage" else [normal_fan(CONE)]
    return lambda: written(*((f"{i}{ending}", lambda path, f=fan: save(f, path)) for i, fan in enumerate(found)))


def patterns() -> list[bytes]:
    def write(path: Path) -> None:
        with pattern_file(path) as take:
            for block in pattern_blocks(NET):
                take(block)

    return written(("a.npz", write))


def certificates() -> list[bytes]:
    return written(("a.cert", lambda path: write_certificate(path, NET)))


def checked(path: Path) -> object:
    """Check a certificate; a refusal is an error of input."""
    try:
        return check_file(path)
    except (Refused, NotACertificate) as error:
        raise InputError(str(error)) from None


PT, KERAS = partial(tropical.load, activation="relu"), partial(tropical.load, logits=True)
TEXT, JSON, ZIP = (m.line, m.word), (m.json_value, m.json_value, m.word), (m.zip_sizes,)
NPZ = (*ZIP, m.zip_member(m.npy_header), m.zip_member(m.npy_header), m.zip_member(m.flip))
TARGETS = [
    Target("network.json", tropical.load, ".json", json_networks, JSON),
    Target("function.json as a network", tropical.load, ".json", json_functions, JSON),
    Target("network.npz", tropical.load, ".npz", numpy_archives, NPZ),
    Target("network.onnx", tropical.load, ".onnx", onnx_files, 3 * (m.protobuf_field,)),
    Target(
        "network.pt",
        partial(tropical.load, activation="relu"),
        ".pt",
        torch_files,
        (*ZIP, m.zip_member(m.flip), m.zip_member(m.splice)),
    ),
    Target(
        "network.onnx with weights beside",
        load_with_weights_beside,
        ".onnx",
        onnx_file_with_weights_beside,
        3 * (m.protobuf_field,),
    ),
    Target("network.h5", KERAS, ".h5", hdf5_files, (hdf5_layers,)),
    Target("network.keras", KERAS, ".keras", keras_archives, (*ZIP, m.zip_member(m.json_value), m.zip_member(m.flip))),
    Target("network.safetensors", PT, ".safetensors", safetensors, (safetensors_header, safetensors_header)),
    Target("network.nnet", tropical.load, ".nnet", nnet, TEXT),
    Target("property.vnnlib", load_property, ".vnnlib", vnnlib, TEXT),
    Target("function.json", functions.load_function, ".json", json_functions, JSON),
    Target("function.txt", functions.load_function, ".txt", expressions, TEXT),
    Target("data.csv", read_data, ".csv", tables, TEXT),
    Target("labels.csv", label_names, ".csv", tables, TEXT),
    Target("windows.txt", read_windows, ".txt", windows, TEXT),
    Target("windows.json", read_windows, ".json", windows, JSON),
    Target("polyhedron.ine", load, ".ine", polyhedra(".ine"), TEXT),
    Target("polyhedron.ext", load, ".ext", polyhedra(".ext"), TEXT),
    Target("polyhedron.json", load, ".json", json_polyhedra, JSON),
    Target("polyhedron.sage", load, ".sage", polyhedra(".sage"), TEXT),
    Target("domain.json", load_domain, ".json", json_polyhedra, JSON),
    Target("complex.json", load_complex, ".json", complexes(".json"), JSON),
    Target("complex.sage", load_complex, ".sage", complexes(".sage"), TEXT),
    Target("complex.mrdi", load_complex, ".mrdi", complexes(".mrdi"), JSON),
    Target("fan.gfan", load_fan, ".gfan", fans(".gfan"), TEXT),
    Target("fan.json", load_fan, ".json", fans(".json"), JSON),
    Target("fan.sage", load_fan, ".sage", fans(".sage"), TEXT),
    Target("certificate", checked, ".cert", certificates, (m.word, m.extreme_number)),
    Target("patterns.npz", lambda path: list(read_patterns(path)), ".npz", patterns, NPZ),
]
