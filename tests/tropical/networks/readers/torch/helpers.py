"""Small modules of torch, and the comparison of what was read from them with what they compute."""

from __future__ import annotations

from fractions import Fraction

import pytest

import tropical

torch = pytest.importorskip("torch")
nn = torch.nn


def whole(module):
    """The module with small integer weights, and with statistics in its batch normalisations."""
    torch.manual_seed(1)
    for parameter in module.parameters():
        parameter.data = torch.randint(-3, 4, parameter.shape).to(torch.float32)
    for part in module.modules():
        if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)):
            part.running_mean.uniform_(-1, 1)
            part.running_var.uniform_(0.5, 2)
    return module


def agree(module, shape, given=None, exactly=True):
    network = tropical.load(module, input_shape=given)
    assert network.input_shape == shape
    assert network == tropical.load(module.eval(), input_shape=given)
    points = torch.randint(-4, 5, (5, *shape))
    with torch.no_grad():
        expected = module.double()(points.double())
    assert network.output_shape == expected.shape[1:]
    for point, row in zip(points, expected.reshape(5, -1).tolist(), strict=True):
        exact = network(point.numpy())
        assert exact == network.program([Fraction(int(t)) for t in point.ravel()])
        assert list(exact) == row if exactly else [float(t) for t in exact] == pytest.approx(row, rel=1e-9, abs=1e-9)
    return network


class Forward(nn.Module):
    """A module whose forward is a function of the module and a tensor."""

    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, nn.Parameter(part) if isinstance(part, torch.Tensor) else part)

    def forward(self, x):
        return self.function(self, x)
