"""What ``load`` reads besides networks: tropical functions in JSON."""

from fractions import Fraction

import pytest

from polytopes.errors import FileFormatError, NoAnswerError, ShapeError
from tropical import Network, TropicalMap, TropicalPolynomial, load, parse, save
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.files import save_function, to_json
from tropical.networks import readers
from tropical.networks.readers.json import read_bytes
from tropical.networks.readers.options import Options

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
    with pytest.raises(FileFormatError, match="tropical-network"):
        readers.load(path)
    path.write_text(to_json(TropicalPolynomial.zero(2)))
    with pytest.raises(NoAnswerError, match="a numerator without terms"):
        load(path)
    path.write_text(to_json(F).replace('"numerator"', '"top"'))
    with pytest.raises(FileFormatError, match=r"function\.json"):
        load(path)


def test_a_reader_of_other_documents():
    """The format decides, and the function is given the bytes of the document."""
    given = []

    def read(content: bytes) -> Network:
        given.append(content)
        return Network.from_weights([([[1]], [0])])

    content = b'{"format": "another", "entries": []}'
    assert read_bytes(content, Options(documents={"another": read})).input_dim == 1 and given == [content]
    for wrong in (b'{"format": ["another"]}', b'["another"]', b'{"format": "other"}'):
        with pytest.raises(FileFormatError, match="at its top"):
            read_bytes(wrong, Options(documents={"another": read}))
