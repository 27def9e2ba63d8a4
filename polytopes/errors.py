"""The errors raised by both packages.

::

    ToolkitError
    ├── InputError (ValueError)         what was given cannot be used
    │   ├── NumberError                 nan, inf, not a rational number
    │   ├── ShapeError                  lengths or dimensions do not fit
    │   ├── DomainError                 an empty or lower-dimensional domain
    │   └── FileFormatError             a file that is not what it claims to be
    ├── UnsupportedError                a network operation outside the piecewise linear ones read here
    ├── NoAnswerError                   the question has no answer (volume of an unbounded set, ...)
    ├── LimitReached                    a limit stopped the work; ``partial`` holds what was found
    ├── VerificationFailed              an answer did not pass the check that is made before it is given
    ├── WorkersLost                     processes died again and again over the same piece of work
    └── MissingExtraError (ImportError) an optional dependency is not installed

Each message says what was given, what is needed and what to do next.
"""

from __future__ import annotations

from typing import Any

MOST_LETTERS = 2_000
"""Longer messages, which quote a long text that was given, are cut in the middle."""


class ToolkitError(Exception):
    """Base class of every error raised on purpose by this distribution.

    >>> len(str(ToolkitError(10**6 * "x"))) < 2100
    True
    """

    def __init__(self, *arguments: object) -> None:
        super().__init__(*(_cut(part) if isinstance(part, str) else part for part in arguments))


def _cut(message: str) -> str:
    if len(message) <= MOST_LETTERS:
        return message
    ends = MOST_LETTERS // 2
    return f"{message[:ends]} ... ({len(message) - 2 * ends} letters left out) ... {message[-ends:]}"


class InputError(ToolkitError, ValueError):
    """The arguments cannot be used."""


class NumberError(InputError):
    """A value is not a finite rational number."""


class ShapeError(InputError):
    """Lengths or dimensions of the arguments do not fit together."""


class DomainError(InputError):
    """A domain is empty, or has lower dimension than the space it lies in."""


class FileFormatError(InputError):
    """A file cannot be read, or is not of the format it claims to be."""


class UnsupportedError(ToolkitError):
    """A network operation that is not piecewise linear, or is not read by this version."""


class NoAnswerError(ToolkitError):
    """The object exists but the quantity asked for does not."""


class LimitReached(ToolkitError):
    """A limit on count, time or size stopped the work.

    ``partial`` is what was found until then, of the type the call would have returned (or a summary of it).
    """

    def __init__(self, message: str, partial: Any = None) -> None:
        super().__init__(message)
        self.partial = partial


class WorkersLost(ToolkitError):
    """Processes that worked on a count died, and what they had could not be done by others either."""


class VerificationFailed(ToolkitError):
    """An answer did not pass the check that is made before it is given: a fault of this distribution, not of its user.

    >>> raise VerificationFailed("the quotient is not the network on a region")
    Traceback (most recent call last):
    polytopes.errors.VerificationFailed: internal error: ...No answer is given; please report this ...
    """

    def __str__(self) -> str:
        return f"internal error: {super().__str__()}. No answer is given; please report this together with the input"


class MissingExtraError(ToolkitError, ImportError):
    """An optional dependency is needed; the message names the extra to install."""

    def __init__(self, module: str, extra: str, purpose: str) -> None:
        self._given = (module, extra, purpose)
        super().__init__(
            f"{purpose} needs the package {module!r}; install it with: pip install 'tropical-polytopes[{extra}]'"
        )

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str, str]]:
        """Return how the error is made again in another process."""
        return type(self), self._given
