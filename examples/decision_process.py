"""The published process with two states: rates, bounds, and the decay of the gap along natural policy gradients.

Three tables of rewards of section 5.2 of Mueller, Cayci and Montufar (arXiv 2403.19448). For each the exact rates, and
the gap of a rational policy near the flow beside its certified bound. With a file name the first process is drawn.
Run: python examples/decision_process.py [PICTURE]        for example process.png
"""

import sys
from fractions import Fraction

from polytopes.decision_processes import MDP, central_path, flow_bounds, occupancy, uniform_policy
from tropical.pictures import plot_process, save_picture

MOVES = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
REWARDS = ([[1, 0], [2, 0]], [[1, 3], [2, 0]], [[1, "9/10"], [1, 0]])
TIMES = [10, 40, 160]


def main(picture=None):
    for rewards in REWARDS:
        process = MDP(MOVES, rewards, "9/10", ["4/5", "1/5"])
        rates = process.rates()
        value = rates.solution.value
        print(
            f"optimal value {value}: Delta {rates.delta_tv}, delta {rates.delta_gap}, Delta_K {rates.solution.kakade}"
        )
        start = occupancy(process, uniform_policy(process))
        bounds = flow_bounds([process.occupancy(rates.solution.policy)], rates.delta_tv, start, digits=6)
        print(f"  from the uniform policy: KL0 = {bounds.divergence}, t0 = {bounds.begin}")
        for point in central_path(process.state_action_polytope, process.reward_vector, start, value, TIMES):
            bound = bounds.gap_at(Fraction(point.time))
            assert point.gap <= bound.upper
            print(f"  t = {point.time:5}: gap {float(point.gap):.2e}, at most {float(bound):.2e}")
    if picture is not None:
        process = MDP(MOVES, REWARDS[0], "9/10", ["4/5", "1/5"])
        save_picture(plot_process(process, process.rates()), picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
