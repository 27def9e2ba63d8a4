"""Train small networks on data that ships with scikit-learn and write them to examples/networks.

Run: python examples/train_networks.py        (needs the extras sklearn and onnx)

For every network NAME there are
    NAME.onnx       the network with float32 weights; its inputs are the measurements, in their units, and the
                    standardisation (x - mean) / scale is part of the network
    NAME.json       the same network in this library's format, every weight an exact rational
    NAME.box.json   the bounding box of the data, for --domain
and for iris also iris.csv, the data that the pictures show.
"""

import csv
import json
from math import ceil, floor
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

import tropical

NETWORKS = Path(__file__).parent / "networks"


def main():
    NETWORKS.mkdir(exist_ok=True)
    iris = datasets.load_iris()
    wine = datasets.load_wine()
    cancer = datasets.load_breast_cancer()
    digits = datasets.load_digits()

    petals = iris.data[:, 2:]
    build("iris", petals, iris.target, iris.feature_names[2:], hidden=(12, 8))
    build("iris4", iris.data, iris.target, iris.feature_names, hidden=(10, 8))
    build("wine", wine.data, wine.target, wine.feature_names, hidden=(8, 6))
    build("breast_cancer", cancer.data[:, :5], cancer.target, cancer.feature_names[:5], hidden=(8, 8))
    components = PCA(3, svd_solver="full").fit_transform(digits.data)
    build("digits", components, digits.target, [f"component {i}" for i in (1, 2, 3)], hidden=(12, 12))

    with open(NETWORKS / "iris.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["petal length (cm)", "petal width (cm)", "species"])
        for (length, width), species in zip(petals, iris.target, strict=True):
            rows.writerow([length, width, iris.target_names[species]])


def build(name, data, target, features, hidden):
    """Train one network, write its files, and check that they give scikit-learn's answers."""
    train, test, train_target, test_target = train_test_split(data, target, random_state=0, stratify=target)
    mlp = MLPClassifier(hidden, solver="lbfgs", alpha=1e-2, max_iter=10000, random_state=1)
    model = Pipeline([("scaler", StandardScaler()), ("mlp", mlp)]).fit(train, train_target)

    onnx.save(to_onnx(name, model), NETWORKS / f"{name}.onnx")
    network = tropical.load(NETWORKS / f"{name}.onnx")
    tropical.save(network, NETWORKS / f"{name}.json")
    assert tropical.load(NETWORKS / f"{name}.json") == network
    write_box(name, data, features)

    logits = network.float_call(data)
    answers = logits.argmax(axis=1) if network.output_dim > 1 else (logits[:, 0] > 0).astype(int)
    agreement = (answers == model.predict(data)).mean()
    accuracy = model.score(test, test_target)
    print(f"{name}: {network}; accuracy on test data {accuracy:.2f}, same class as scikit-learn on {agreement:.1%}")


def to_onnx(name, model):
    """Return the ONNX model of a scaler and a perceptron; the output is what stands before the last activation."""
    scaler, mlp = model["scaler"], model["mlp"]
    constants, nodes = [], []

    def constant(label, values):
        constants.append(numpy_helper.from_array(np.asarray(values, dtype=np.float32), label))
        return label

    def node(kind, label, *inputs, **attributes):
        nodes.append(helper.make_node(kind, list(inputs), [label], name=label, **attributes))
        return label

    value = node("Sub", "centred", "measurements", constant("mean", scaler.mean_))
    value = node("Div", "standardised", value, constant("scale", scaler.scale_))
    last = len(mlp.coefs_) - 1
    for i, (weight, bias) in enumerate(zip(mlp.coefs_, mlp.intercepts_, strict=True)):
        label = "logits" if i == last else f"hidden{i + 1}"
        weight, bias = constant(f"W{i}", weight.T), constant(f"b{i}", bias)
        value = node("Gemm", label, value, weight, bias, transB=1)
        if i != last:
            value = node("Relu", f"relu{i + 1}", value)
    ends = [
        helper.make_tensor_value_info(label, TensorProto.FLOAT, [None, width])
        for label, width in (("measurements", mlp.n_features_in_), ("logits", mlp.n_outputs_))
    ]
    graph = helper.make_graph(nodes, name, ends[:1], ends[1:], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def write_box(name, data, features):
    """Write the bounding box: measurements as the decimals they are, principal components rounded outward."""
    if name == "digits":
        bounds = [[str(floor(low)), str(ceil(high))] for low, high in extremes(data)]
    else:
        bounds = [[str(low), str(high)] for low, high in extremes(data)]
    lower, upper = zip(*bounds, strict=True)
    content = {"features": list(map(str, features)), "lower": lower, "upper": upper}
    (NETWORKS / f"{name}.box.json").write_text(json.dumps(content, indent=2) + "\n")


def extremes(data):
    return zip(data.min(axis=0).tolist(), data.max(axis=0).tolist(), strict=True)


if __name__ == "__main__":
    main()
