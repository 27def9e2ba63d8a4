"""The dichotomies of a data set: the signs that its points can have, and the cones and chambers of each.

Three numbers differ: maximal cones of the activation fan; *chambers*, the connected components of the parameters with
g(p) != h(p) for all points p; and dichotomies, the different signs of the points. The cell of a dichotomy is a union
of chambers, a chamber is a union of cones, and neither is convex in general.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import field, frozen

from polytopes.messages import exact_repr
from tropical.fans.activation.parameters import Parameter, parameter_texts
from tropical.fans.classification.components import Components
from tropical.fans.classification.fan import ClassificationFan, Signs
from tropical.fans.classification.orbits import SignedOrbits, representative, signed_orbits
from tropical.fans.classification.verification import verify_signs


@frozen
class Dichotomy:
    """Signs of all points, the numbers of maximal cones and of chambers with them, and a parameter in one cone.

    ``chambers`` counts them raw, ``chambers_modulo_symmetry`` up to renaming the terms of g and those of h.
    """

    signs: Signs
    cones: int
    chambers: int
    chambers_modulo_symmetry: int
    parameter: Parameter = field(eq=False, repr=exact_repr)

    def as_dict(self) -> dict[str, Any]:
        """Return the dichotomy with numbers as texts."""
        return {
            "signs": "".join("+" if sign > 0 else "-" for sign in self.signs),
            "cones": self.cones,
            "chambers": self.chambers,
            "chambers_modulo_symmetry": self.chambers_modulo_symmetry,
            "parameter": parameter_texts(self.parameter),
        }


def sign_vectors(fan: ClassificationFan) -> Iterator[tuple[Signs, Parameter]]:
    """Yield the signs of the points that are attained, each once with a parameter, as they are found.

    Raises:
        VerificationFailed: if a parameter has other signs.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1))
    >>> sorted(signs for signs, _ in sign_vectors(fan))[:2]
    [(-1, -1, -1), (-1, -1, 1)]
    """
    seen = set()
    for orbit, parameter in signed_orbits(fan):
        if orbit.signs not in seen:
            seen.add(orbit.signs)
            signs = tuple(orbit.signs[place] for place in fan.data.position)
            yield signs, verify_signs(fan, representative(fan, orbit, parameter)[1], signs)


def dichotomies(fan: ClassificationFan, limit: int | None = None) -> list[Dichotomy]:
    """Return all dichotomies with their cones and chambers, in lexicographic order with - before +.

    Raises:
        LimitReached: if there are more than ``limit`` maximal cones.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1))
    >>> found = dichotomies(fan)
    >>> len(found), sum(one.chambers for one in found), sum(one.cones for one in found)
    (7, 8, 21)
    >>> [(one.signs, one.chambers) for one in found if one.chambers > 1]
    [((1, -1, 1), 2)]
    """
    orbits = SignedOrbits.of(fan, limit)
    witness = dict(sign_vectors(fan))
    joined = chambers(orbits)
    cones: dict[Signs, int] = {}
    for orbit in orbits.orbits:
        cones[orbit.signs] = cones.get(orbit.signs, 0) + orbit.size(fan.terms)
    raw, modulo = dict.fromkeys(cones, 0), dict.fromkeys(cones, 0)
    for root in joined.roots:
        signs = orbits.orbits[root].signs
        raw[signs] += joined.copies(root)
        modulo[signs] += 1
    found = []
    for signs in sorted(cones):
        whole = tuple(signs[place] for place in fan.data.position)
        found.append(Dichotomy(whole, cones[signs], raw[signs], modulo[signs], witness[whole]))
    return sorted(found, key=lambda one: one.signs)


def chambers(orbits: SignedOrbits) -> Components:
    """Return the components of the maximal cones under the walls at which no sign changes.

    >>> chambers(SignedOrbits.of(ClassificationFan.of([[0], [1], [2]], (2, 2)))).total
    10
    """
    joined = Components(orbits.fan.terms)
    for i, orbit in enumerate(orbits.orbits):
        joined.add(i, orbit.used)
    for step in orbits.steps:
        if not step.crosses:
            joined.join(step.here, step.there, lambda step=step: orbits.voltage(step))  # type: ignore[misc]
    return joined
