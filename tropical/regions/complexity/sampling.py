"""Local complexity with noise on all biases at once: a mean over random networks, each measured exactly.

Patel and Montúfar move all biases. The expected density of walls then has no closed form for deep networks; it is
estimated here, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import sqrt
from random import Random
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from polytopes.arithmetic.rationals import RationalLike, as_fraction, exact_text
from polytopes.errors import InputError, UnsupportedError
from tropical.networks.layers import Affine, Conv
from tropical.networks.network import Network
from tropical.networks.node import Node
from tropical.networks.sources import asked
from tropical.networks.tensor import Tensor
from tropical.regions.complexity.local_complexity import local_complexity

if TYPE_CHECKING:
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike


@frozen
class SampledComplexity:
    """An estimate: the mean density of walls of random networks, each found exactly, with its standard error."""

    sigma: Fraction
    samples: int
    seed: int
    mean: float
    standard_error: float
    per_layer: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the estimate as it is written in documents."""
        return {
            "noise": "gaussian on all biases",
            "scale": exact_text(self.sigma),
            "samples": self.samples,
            "seed": self.seed,
            "mean": self.mean,
            "standard_error": self.standard_error,
            "per_layer": self.per_layer,
            "estimated": True,
        }


def sampled_local_complexity(
    network: NetworkLike,
    domain: DomainLike,
    sigma: RationalLike,
    samples: int = 100,
    seed: int = 0,
    *,
    progress: Callable[[int], None] | None = None,
) -> SampledComplexity:
    """Estimate the expected density of the walls of a network in a domain under Gaussian noise on all biases.

    Args:
        network: its layers before gates are affine or convolutions; the biases of the last layer do not matter.
        domain: a bounded full-dimensional polyhedron in its input space.
        sigma: the standard deviation of the noise.
        samples: how many networks are drawn, at least 2.
        seed: the same seed gives the same networks.
        progress: called with the number of samples so far.

    Raises:
        DomainError, ShapeError: as for :func:`tropical.regions.complexity.local_complexity.local_complexity`.
        InputError: if the deviation is not positive, or there are fewer than two samples.
        UnsupportedError: if no layer has a bias.

    >>> from polytopes import Polyhedron
    >>> from tropical import Network
    >>> net = Network.from_weights([([[1]], [0]), ([[1]], [0])])
    >>> sampled_local_complexity(net, Polyhedron.box([-1], [1]), "1/10", samples=5).mean
    0.5
    """
    network, area = asked(network, domain)
    deviation = as_fraction(sigma)
    if deviation <= 0:
        raise InputError(f"noise of scale {exact_text(deviation)}; give a positive number")
    if samples < 2:
        raise InputError(f"{samples} samples; give at least 2, so that there is a standard error")
    random, densities, layers = Random(seed), [], dict[str, float]()
    for number in range(samples):
        found = local_complexity(with_noise(network, float(deviation), random), area)
        assert found.volume is not None, "all regions were seen"
        densities.append(float(found.neuron_boundary / found.volume))
        for unit, boundary in found.per_unit.items():
            share = float(boundary / found.volume) / samples
            layers[unit.layer] = layers.get(unit.layer, 0.0) + share
        if progress is not None:
            progress(number + 1)
    mean = sum(densities) / samples
    variance = sum((density - mean) ** 2 for density in densities) / (samples - 1)
    return SampledComplexity(deviation, samples, seed, mean, sqrt(variance / samples), layers)


def with_noise(network: Network, sigma: float, random: Random) -> Network:
    """Return a network with Gaussian noise on all biases of its affine layers and convolutions.

    Raises:
        UnsupportedError: if it has none.
    """
    if not any(isinstance(node.layer, Affine | Conv) for node in network.nodes):
        raise UnsupportedError("no layer of the network has a bias; noise on all biases needs one")
    return Network([_moved(node, sigma, random) for node in network.nodes])


def _moved(node: Node, sigma: float, random: Random) -> Node:
    layer = node.layer
    if not isinstance(layer, Affine | Conv):
        return node
    bias = layer.bias.fractions
    noise = [Fraction(random.gauss(0, sigma)) for _ in range(bias.size)]
    entries = [a + b for a, b in zip(bias.ravel().tolist(), noise, strict=True)]
    return evolve(node, layer=evolve(layer, bias=Tensor.of(entries)))
