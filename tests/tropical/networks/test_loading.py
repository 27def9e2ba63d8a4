"""What ``load`` reads besides networks: tropical functions, in JSON, as objects and as texts."""

from fractions import Fraction
from unittest.mock import ANY

import pytest
from attrs import evolve

from polytopes.errors import FileFormatError, InputError, NoAnswerError, ShapeError
from tests.tropical.cli.helpers import document, tropical
from tropical import (
    Network,
    TropicalHypersurface,
    TropicalMap,
    TropicalPolynomial,
    count_regions,
    linear_regions,
    load,
    parse,
    save,
)
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.files import save_function, to_json
from tropical.networks import readers

POINTS = [(2, 5), (Fraction(-1, 3), 4), (0, 0)]
F = parse("max(x, 2 y + 1, 0) - max(y, 1/3)")


@pytest.mark.parametrize("function", [F, F.numerator, TropicalMap.of([F, F.denominator])])
def test_functions_are_networks(tmp_path, function):
    save_function(function, tmp_path / "function.json")
    network = load(tmp_path / "function.json")
    expected = function if isinstance(function, TropicalMap) else TropicalMap.of([function])
    assert all(network(point) == expected(point) for point in POINTS)
    assert load(tmp_path / "function.json", input_shape=(2,)) == network


def test_the_classes_of_a_boundary_are_outputs(tmp_path):
    boundary = DecisionBoundary.of_rational(F)
    save_function(boundary, tmp_path / "boundary.json")
    network = load(tmp_path / "boundary.json")
    assert all(network(point) == tuple(g(point) for g in boundary.classes) for point in POINTS)


def test_networks_and_objects_are_read_as_by_the_readers(tmp_path):
    network = Network.from_weights([([[1, "1/2"]], [0]), ([[1]], [3])])
    save(network, tmp_path / "net.json")
    assert load(tmp_path / "net.json") == readers.load(tmp_path / "net.json") == load(network) == network


def test_refusals(tmp_path):
    path = tmp_path / "function.json"
    save_function(F, path)
    with pytest.raises(ShapeError, match="input_shape"):
        load(path, input_shape=(3,))
    path.write_text(to_json(TropicalPolynomial.zero(2)))
    with pytest.raises(NoAnswerError, match="a numerator without terms"):
        load(path)
    path.write_text(to_json(F).replace('"numerator"', '"top"'))
    with pytest.raises(FileFormatError, match=r"function\.json"):
        load(path)


@pytest.mark.parametrize("text", ["max(x, 2 y + 1, 0) - abs(y)", "x + y", " 2x", "-x", "min(x, y) / 2"])
def test_expressions_are_networks(text):
    network = load(text)
    f = parse(text)
    assert all(network(point[: f.ambient_dim])[0] == f(point[: f.ambient_dim]) for point in POINTS)
    assert count_regions(text, (-1, 1)) == evolve(count_regions(network, (-1, 1)), seconds=ANY)


def test_expressions_may_be_longer_than_names_of_files(tmp_path):
    text = f"max({', '.join(f'{k} x - {k * k}' for k in range(60))})"
    assert load(text)([8]) == (16,)
    assert document("info", text)["network"]["input_dim"] == 1
    (tmp_path / "old.json").write_text("{}")
    assert tropical("extrema", text, "--box=0,1", "-o", tmp_path / "old.json").exit_code == 0
    with pytest.raises(InputError) as error:
        load(text[:-1])
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("source", [F, F.numerator, TropicalMap.of([F]), TropicalHypersurface("max(x, y, 0)")])
def test_functions_are_taken_wherever_networks_are(source):
    assert count_regions(source).activation_regions == len(linear_regions(load(source)))


def test_texts_that_are_no_functions(tmp_path):
    for text, reason in {
        "net": "no ending names a network format",
        "net.onnx": "cannot be read",
        "max(x, y": "max(x, y: ",
        "max(1, 2)": "without variables",
    }.items():
        with pytest.raises(InputError) as error:
            load(text)
        assert reason in str(error.value)
    with pytest.raises(InputError, match="activation"):
        load("max(x, 0)", activation="relu")
    with pytest.raises(FileFormatError, match="no ending"):
        load(tmp_path / "max(x, 0)")
