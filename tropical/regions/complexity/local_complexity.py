"""Local complexity of a network in a domain: how densely it bends, how steep it is, and the ranks of its layers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from polytopes.arithmetic.enclosures import bits_for
from polytopes.arithmetic.linalg import identity
from polytopes.enumeration.domain_frame import Frame
from polytopes.enumeration.limits import Limits
from polytopes.enumeration.residue_tape import largest_entry
from tropical.networks.sources import asked
from tropical.regions.activation_regions import Walk
from tropical.regions.complexity.answer import LocalComplexity, NoisyComplexity
from tropical.regions.complexity.compiled import CompiledMeasures, is_compiled
from tropical.regions.complexity.domains import checked_domain
from tropical.regions.complexity.layers import GateLayers
from tropical.regions.complexity.noise import Noise
from tropical.regions.complexity.noisy_complexity import noisy_complexity
from tropical.regions.complexity.survey import ComplexitySurvey
from tropical.regions.surveys.survey import Survey
from tropical.regions.vertices import refuse_many_vertices

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike

FEW, SHORT_BITS = 300, 20
"""Regions, and bits of the integers in all forms, up to which exact terms are sought by default."""
FEW_TO_STOP = 2000
"""A limit up to which regions are counted one by one, so that lower bounds are of as many as possible."""


def local_complexity(
    network: NetworkLike,
    domain: DomainLike,
    noise: Noise | Sequence[Noise] = (),
    *,
    digits: int = 15,
    exact: bool = False,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    progress: Callable[[Survey[Any]], None] | None = None,
) -> LocalComplexity:
    """Return the measures of the walls of a network in a domain, its mean gradient and its local ranks, exactly.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a bounded full-dimensional polyhedron in its input space.
        noise: noise on the bias of one unit at a time, such as ``Uniform("1/4")`` or ``Gaussian("0.05")``.
        digits: digits of the enclosures.
        exact: give the terms of all sums of square roots, however many and long.
        limit, timeout, method, progress: as for :func:`tropical.regions.counting.count_regions`.

    Raises:
        DomainError, ShapeError: if the domain is unbounded, lower-dimensional or in another space, or a box in which
            regions have too many vertices.
        UnsupportedError: if noise is asked for and a gate has more than two forms.
        LimitReached: with lower bounds of the boundaries as ``partial``.
        VerificationFailed: if the numbers contradict one another.

    >>> from polytopes import Polyhedron
    >>> from tropical.regions.complexity import Uniform
    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 1], [1, -1]], [0, 0]), ([[1, -1]], [0])])
    >>> found = local_complexity(net, Polyhedron.box([-1, -1], [1, 1]), Uniform("1/4"))
    >>> str(found.neuron_boundary.exact), str(found.noisy[0].value.exact)
    ('4 sqrt(2)', '15/16 sqrt(2)')

    Sources: Patel, Montúfar, On the local complexity of linear regions in deep ReLU networks, arXiv 2412.18283.
    """
    network, domain = asked(network, domain)
    noises = (noise,) if isinstance(noise, Noise) else tuple(noise)
    question = Measurement(network=network, domain=domain, noises=noises, digits=digits, exactly=exact, method=method)
    return question.fill(Limits(limit, timeout, progress))


@define(kw_only=True)
class Measurement:
    """The work of :func:`local_complexity`; :meth:`partial` tells at any time what is proven.

    Algorithm:
        In up to three dimensions cells come from the compiled walk with certified enclosures. Few regions of networks
        with short weights are measured in exact arithmetic too, which gives all terms, and both ways are compared.
        So are all others if the terms are asked for or floats do not give all digits.
    """

    network: Network
    domain: Polyhedron | None
    noises: Sequence[Noise] = ()
    digits: int = 15
    exactly: bool = False
    method: Method | None = None
    _domain: Polyhedron = field(init=False)
    _work: CompiledMeasures | ComplexitySurvey | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        bits_for(self.digits)
        self._domain = checked_domain(self.network, self.domain)
        refuse_many_vertices(self._domain, "take a mean over points (complexity_at; --samples or --points)")
        if self.noises:
            GateLayers.of(self.network).check_preactivations()

    def fill(self, limits: Limits[Any]) -> LocalComplexity:
        """Measure all regions; errors as of :func:`local_complexity`."""
        started = time.perf_counter()
        is_limited = limits.limit is not None and limits.limit <= FEW_TO_STOP
        quick: LocalComplexity | None = None
        if not (self.exactly or self.method or is_limited) and is_compiled(self.network, self._domain):
            work = CompiledMeasures(network=self.network, domain=self._domain, digits=self.digits)
            self._work = work
            quick = work.fill(limits)
            if quick is not None and not self._is_short(quick):
                noisy = self._noisy(quick) if self.noises else ()
                return evolve(quick, noisy=noisy, seconds=time.perf_counter() - started)
        survey = ComplexitySurvey(
            network=self.network,
            domain=self._domain,
            noises=self.noises,
            digits=self.digits,
            exactly=self.exactly,
            started=started,
        )
        self._work = survey
        found = survey.fill(Walk(self.network, self._domain, self.method), limits)
        return found if quick is None else found.verified_by(quick)

    def _is_short(self, found: LocalComplexity) -> bool:
        """Whether exact terms may be few and short, and are found soon."""
        if found.n_regions > FEW:
            return False
        frame = Frame(identity(self.network.input_dim + 1), self.network.input_dim)
        return largest_entry(self.network.program, frame, self.network.program.outputs).bit_length() <= SHORT_BITS

    def _noisy(self, found: LocalComplexity) -> tuple[NoisyComplexity, ...]:
        assert found.volume is not None, "all regions were seen"
        layers = GateLayers.of(self.network)
        return noisy_complexity(layers, self._domain, self.noises, found.volume, self.digits, self.exactly)

    def partial(self) -> LocalComplexity | None:
        """Return lower bounds by the regions so far; None if there is none yet."""
        if self._work is None:
            return None
        return self._work.answer(complete=False) if isinstance(self._work, Survey) else self._work.partial()
