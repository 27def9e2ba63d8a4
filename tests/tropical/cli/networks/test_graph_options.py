"""Options that say where an ONNX graph ends, what its input is, and whether it is compared with a runtime."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.tropical.cli.helpers import XOR, document, refused, tropical
from tests.tropical.networks.readers.onnx.models import model
from tropical import save

onnx = pytest.importorskip("onnx")
make = onnx.helper.make_node


@pytest.fixture
def classifier(tmp_path: Path) -> str:
    nodes = [
        make("MatMul", ["x", "w"], ["hidden"]),
        make("Relu", ["hidden"], ["r"]),
        make("MatMul", ["r", "v"], ["logits"]),
        make("Softmax", ["logits"], ["y"]),
    ]
    onnx.save(model(nodes, [3, 2], w=[[1, -1, 2], [1, 1, 0]], v=[[1, 0], [0, 1], [1, 1]]), tmp_path / "net.onnx")
    return str(tmp_path / "net.onnx")


def test_logits(classifier):
    assert "--logits" in refused("info", classifier, code=4)
    assert document("info", classifier, "--logits")["network"]["output_dim"] == 2
    assert document("regions", classifier, "--logits")["activation_regions"] == 6


def test_output_name(classifier, tmp_path):
    assert document("info", classifier, "--output-name", "hidden")["network"]["gates"] == 0
    assert "'nowhere'" in refused("info", classifier, "--output-name", "nowhere")
    save(XOR, tmp_path / "net.json")
    assert "no ONNX graph" in refused("info", tmp_path / "net.json", "--output-name", "hidden")


def test_all_axes_of_the_input(classifier):
    network = document("info", classifier, "--logits", "--input-shape", "3,2", "--no-check")["network"]
    assert (network["input_dim"], network["output_dim"]) == (6, 6)


def test_it_is_said_that_nothing_was_compared(classifier, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    said = tropical("info", classifier, "--logits").stderr
    assert "not compared with its source: onnxruntime is not installed" in said
    assert not tropical("info", classifier, "--logits", "--no-check").stderr
