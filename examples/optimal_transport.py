"""How fast entropic optimal transport approaches the optimal plan: the exact rate, and the gap of regularized plans.

Mass is moved between points on a line at the cost of the squared distance. The plan with entropic regularization 1/t is
the point at time t of the flow of a linear program over plans, started at independent ones. Its gap falls like
exp(-Delta t); Delta is read off the transportation polytope.
Run: python examples/optimal_transport.py
"""

from fractions import Fraction

from polytopes.decision_processes import central_path, flow_bounds, lp_rates, transportation_polytope

SOURCES = {0: Fraction(1, 2), 1: Fraction(1, 4), 3: Fraction(1, 4)}
TARGETS = {0: Fraction(1, 3), 2: Fraction(1, 3), 3: Fraction(1, 3)}
TIMES = [1, 4, 16, 32]


def main():
    polytope = transportation_polytope(SOURCES.values(), TARGETS.values())
    gains = [-Fraction((x - y) ** 2) for x in SOURCES for y in TARGETS]
    rated = lp_rates(polytope, gains)
    print(
        f"{polytope.n_vertices} vertices, least cost {-rated.optimum}, Delta {rated.delta_tv}, delta {rated.delta_gap}"
    )
    start = [p * q for p in SOURCES.values() for q in TARGETS.values()]
    bounds = flow_bounds(rated.optimal_face.vertices, rated.delta_tv, start, digits=6)
    print(f"KL0 = {bounds.divergence}")
    for point in central_path(polytope, gains, start, rated.optimum, TIMES):
        bound = bounds.gap_at(Fraction(point.time))
        assert point.gap <= bound.upper
        print(f"regularization 1/{point.time:g}: excess cost {float(point.gap):.3e}, at most {float(bound):.3e}")


if __name__ == "__main__":
    main()
