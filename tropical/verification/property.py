"""Properties: sets of pairs (x, y) of inputs and outputs, as finite unions of polyhedra."""

from __future__ import annotations

from os import PathLike

from attrs import field, frozen

from polytopes.errors import FileFormatError, InputError
from polytopes.formats.limits import reading
from tropical.verification.case import Case
from tropical.verification.vnnlib import property_text, read_cases


@frozen
class Property:
    """A closed set of pairs (x, y) in Q^n_inputs x Q^n_outputs: the union of its cases.

    ``text`` is what it was read from; certificates quote it.
    """

    n_inputs: int
    n_outputs: int
    cases: tuple[Case, ...]
    text: str = field(default="", eq=False, repr=False)

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Property:
        """Return the property in a file, ``.vnnlib`` or compressed as ``.vnnlib.gz``.

        Raises:
            FileFormatError: if the file cannot be read, is not VNN-LIB 1.0, or says what is not closed and linear.
        """
        text = property_text(path)
        try:
            with reading():
                return cls.parse(text)
        except InputError as error:
            raise FileFormatError(f"{path}: {error}") from None

    @classmethod
    def parse(cls, text: str) -> Property:
        """Return the property that a text in VNN-LIB 1.0 spells.

        Raises:
            FileFormatError: with the line and column of what is wrong or not read.

        >>> found = Property.parse('''
        ...     (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
        ...     (assert (or (and (<= 0 X_0) (<= X_0 1)) (<= (+ X_0 X_1) 2)))
        ...     (assert (>= Y_0 0.1))''')
        >>> [case.rows for case in found.cases]
        [(), ((2, -1, -1),)]
        >>> found.cases[0].outputs
        (((-1, 0, 0, 10),),)
        """
        return cls(*read_cases(text), text)

    def case(self, number: int | None = None) -> Case:
        """Return a case by its number, counted from 0; without a number, the only one.

        Raises:
            InputError: if there is no such case, or there are several and none is chosen.
        """
        count = len(self.cases)
        if number is None and count != 1:
            choice = f"choose one by its number, 0 to {count - 1}" if count else "no input satisfies it"
            raise InputError(f"the property has {count} cases, each with inputs of its own; {choice}")
        if number is not None and not 0 <= number < count:
            raise InputError(f"there is no case {number}; the property has {count}, counted from 0")
        return self.cases[number or 0]


def load_property(path: str | PathLike[str]) -> Property:
    """Return the property in a file: :meth:`Property.read`."""
    return Property.read(path)


def parse_property(text: str) -> Property:
    """Return the property that a text spells: :meth:`Property.parse`."""
    return Property.parse(text)
