"""Compiled steps from states to states, and sums along them.

A state is a row of 64-bit words: a relation on the slots of the frontier
(:mod:`~polytopes.minkowski_sums.frontier.kernels.orders`, :mod:`~polytopes.minkowski_sums.frontier.kernels.preorders`)
or a coloring of them (:mod:`~polytopes.minkowski_sums.frontier.kernels.colorings`). All steps are taken by functions
with the same arguments::

    states, first           the states before the step, and the first one to be read
    plan                    what the step and the kind of states determine (arrays)
    kinds                   for each slot the kind of weight of choosing it for the first time
    table, found, n_found   the states found so far, as a hash table
    moves                   filled with rows of source, target, degree, kind of weight and label
    scratch                 room for one state; nothing is allocated

They return the next state to be read, the number of states found, and that of moves made. They stop where ``moves``,
``found`` or ``table`` could become too small.
"""
