"""Compiled search for refutations: linear bounds by back substitution, and small linear programs over a cell.

``arrays`` has the flat arrays, ``substitution`` bounds forms in units by forms in the inputs, ``ascent`` bounds these
over a cell, ``nodes`` puts both together, ``climbing`` looks for points. Only ``substitution`` and ``ascent`` are
trusted: what they return is a bound with an error that covers all rounding.
"""
