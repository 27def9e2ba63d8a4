"""What verification begins with: ``from tropical.verify import Property, verify, maximum``.

The names are those of the room :mod:`tropical.verification`, which has the rest.

>>> from tropical import Network
>>> from tropical.verify import Property, maximum, verify
>>> absolute = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
>>> text = "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (<= X_0 1)) (assert (>= X_0 -1))"
>>> verify(absolute, Property.parse(text + "(assert (>= Y_0 1))")).verdict
'sat'
>>> str(maximum(absolute, [(0, 1)], (-2, 1)).value)
'2'
"""

from __future__ import annotations

from tropical.verification.maximum import maximum
from tropical.verification.property import Property
from tropical.verification.verify import verify

__all__ = ["Property", "maximum", "verify"]
