"""Training in the Euclidean norm: bounds of the optimum with a proof, and exact values where these are cheap.

``patterns`` has the chambers of the data and looks for units in them, ``conic_program`` guesses by Clarabel, ``splits``
proves a dual vector, ``bounds`` is the work; ``radical_values`` finds optima that are sums of square roots.
"""
