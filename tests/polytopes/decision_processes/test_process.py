"""Markov decision processes: known answers, policies one by one, rates of the polytope beside those of policies."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import dot
from polytopes.decision_processes import MDP, avoidable_states, lp_rates, occupancy, policy_of, uniform_policy
from polytopes.errors import FileFormatError, InputError, LimitReached, ShapeError
from polytopes.optimization import minimize
from polytopes.optimization.certificates import Optimal
from tests.paths import ROOT

KNOWN = json.loads((ROOT / "tests/data/decision_processes.json").read_text(encoding="utf-8"))
TWO = ([[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[1, 0], [2, 0]], "9/10", ["4/5", "1/5"])


@st.composite
def processes(draw: st.DrawFn) -> MDP:
    """Small processes with zero probabilities, ties, states without mass and repeated actions."""
    n = draw(st.integers(1, 3))
    counts = [draw(st.integers(1, 2)) for _ in range(n)]

    def row() -> list[Fraction]:
        weights = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n).filter(any))
        return [Fraction(weight, sum(weights)) for weight in weights]

    moves = [[row() for _ in range(count)] for count in counts]
    rewards = [draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)) for count in counts]
    return MDP(moves, rewards, draw(st.sampled_from(["0", "1/2", "3/4"])), row())


def policies(process: MDP) -> list[tuple[int, ...]]:
    return list(product(*(range(len(actions)) for actions in process.transitions)))


@pytest.mark.parametrize("known", [e for e in KNOWN if e["kind"] == "mdp"], ids=lambda e: e["id"])
def test_known_answers(known: dict[str, Any]) -> None:
    given, answer = known["input"], known["answer"]
    process = MDP(given["P"], given["r"], given["gamma"], given["mu"])
    solution, rates = process.solve(), process.rates()
    values = {
        "".join(str(a + 1) for a in policy): str(dot(process.reward_vector, process.occupancy(policy)))
        for policy in policies(process)
    }
    assert values == answer["rewards"]
    assert str(solution.value) == answer["optimal_value"]
    assert sorted("".join(str(a + 1) for a in own) for own in solution.optimal_policies()) == answer["optimal_policies"]
    assert [list(map(str, row)) for row in solution.advantages] == answer["advantages"]
    assert rates.explores is answer["state_exploration"]
    for name, rate in (("Delta", rates.delta_tv), ("delta", rates.delta_gap), ("Delta_Kakade", solution.kakade)):
        if answer.get(name) is not None:
            assert str(rate) == answer[name]
    assert str(rates.delta_tv) == str(answer["lp"]["Delta"])


@given(processes())
def test_policies_one_by_one(process: MDP) -> None:
    solution = process.solve()
    gains = {policy: dot(process.reward_vector, occupancy(process, policy)) for policy in policies(process)}
    assert solution.value == max(gains.values())
    best = {policy for policy, gain in gains.items() if gain == solution.value}
    assert set(solution.optimal_policies()) == best
    assert solution.count_optimal_policies() == len(best)


@given(processes())
def test_rates_are_those_of_the_polytope(process: MDP) -> None:
    rates, expected = process.rates(), lp_rates(process.state_action_polytope, process.reward_vector)
    assert (rates.delta_tv, rates.delta_gap) == (expected.delta_tv, expected.delta_gap)
    assert Counter((step.gap, step.length) for step in rates.steps) == Counter(
        (edge.gap, edge.length) for edge in expected.edges
    )
    if rates.delta_tv is not None and rates.solution.kakade is not None and rates.explores:
        assert rates.delta_tv <= rates.solution.kakade


@given(processes())
def test_exploration_by_linear_programs(process: MDP) -> None:
    """A state may be avoided iff its least mass over the state-action polytope is 0."""
    polytope, avoided = process.state_action_polytope, set[int]()
    for s in range(process.n_states):
        least = minimize([int(own == s) for own, _ in process.pairs], polytope.inequalities, polytope.equations)
        assert isinstance(least, Optimal)
        if least.value == 0:
            avoided.add(s)
    assert set(avoidable_states(process)) == avoided


@given(processes())
def test_occupancies_and_policies(process: MDP) -> None:
    mean = occupancy(process, uniform_policy(process))
    assert mean in process.state_action_polytope
    assert sum(mean) == 1
    for row, own in zip(policy_of(process, mean), uniform_policy(process), strict=True):
        assert row is None or list(row) == own
    for policy in policies(process):
        assert occupancy(process, policy) in process.state_action_polytope


def document() -> dict[str, Any]:
    return {
        "states": ["a", "b"],
        "transitions": {"a": {"stay": {"a": 1}, "go": {"b": 1}}, "b": {"stay": {"b": 1}, "go": {"a": 1}}},
        "rewards": {"a": {"stay": 1, "go": 0}, "b": {"stay": 2, "go": 0}},
        "discount": "9/10",
        "initial": {"a": "4/5", "b": "1/5"},
    }


def test_documents_are_the_tables(tmp_path: Path) -> None:
    file = tmp_path / "process.json"
    file.write_text(json.dumps(document()))
    read = MDP.from_json(file)
    expected = MDP(*TWO)
    assert (read.transitions, read.rewards, read.initial) == (expected.transitions, expected.rewards, expected.initial)
    assert read.state_names == ("a", "b")
    assert read.action_names == (("stay", "go"), ("stay", "go"))


BAD: list[tuple[str, Any, str]] = [
    ("discount", 1, "discount"),
    ("discount", "-1/2", "discount"),
    ("discount", "x", "rational"),
    ("initial", {"a": 1, "c": 0}, "'c'"),
    ("initial", {"a": "1/2"}, "sum '1/2'"),
    ("initial", {"a": 2, "b": -1}, "negative"),
    ("transitions", {"a": {}, "b": {"stay": {"b": 1}}}, "no action"),
    ("transitions", {"a": {"stay": {"a": 1}}}, "lacks 'b'"),
    ("transitions", {"a": {"stay": 1}, "b": {"stay": {"b": 1}}}, "by state"),
    ("transitions", [], "object"),
    ("rewards", {"a": {"stay": 1}, "b": {"stay": 2, "go": 0}}, "lacks 'go'"),
    ("states", ["a", "a"], "one name"),
    ("states", [], "list of names"),
    ("states", "ab", "list of names"),
    ("other", 1, "'other'"),
]


@pytest.mark.parametrize(("key", "value", "said"), BAD)
def test_bad_documents_are_named(key: str, value: Any, said: str, tmp_path: Path) -> None:
    file = tmp_path / "process.json"
    file.write_text(json.dumps({**document(), key: value}))
    with pytest.raises(FileFormatError, match=said):
        MDP.from_json(file)


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", "3", '{"states": 1, "states": 2}', "[" * 100_000])
def test_bad_texts_are_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "process.json"
    file.write_text(text)
    with pytest.raises(FileFormatError, match="process"):
        MDP.from_json(file)


def test_floats_are_dyadic(tmp_path: Path) -> None:
    file = tmp_path / "process.json"
    file.write_text(json.dumps({**document(), "initial": {"a": 0.1, "b": 0.9}}))
    MDP.from_json(file, normalize=True)
    file.write_text(json.dumps({**document(), "initial": {"a": 0.1, "b": 0.7}}))
    with pytest.raises(FileFormatError, match="dyadic"):
        MDP.from_json(file)
    assert MDP.from_json(file, normalize=True).initial[0] == Fraction(0.1) / (Fraction(0.1) + Fraction(0.7))


def test_policies_that_are_none() -> None:
    process = MDP(*TWO)
    for policy in ((0,), (0, 2), ([1, 0], [1, 1]), ([2, -1], [1, 0])):
        with pytest.raises((InputError, ShapeError)):
            process.occupancy(policy)
    with pytest.raises(InputError, match="outside"):
        process.policy([1, 0, 0, 0])


def test_limit_on_optimal_policies() -> None:
    process = MDP(TWO[0], [[1, 1], [1, 1]], "9/10", TWO[3])
    with pytest.raises(LimitReached):
        list(process.solve().optimal_policies(2))
    with pytest.raises(LimitReached):
        process.rates(limit=3)


class Table:
    """An environment with a table, as gymnasium's toy texts have one."""

    P = {  # noqa: RUF012
        0: {0: [(0.1, 0, 0, False), (0.9, 1, 1.0, True)], 1: [(1.0, 0, 0.5, False)]},
        1: {0: [(1.0, 1, 0, True)], 1: [(1.0, 1, 0, True)]},
    }
    initial_state_distrib = (1.0, 0.0)


def test_tables_of_environments() -> None:
    process = MDP.from_gymnasium(Table(), "1/2")
    assert process.n_states == 3
    assert process.state_names[-1] == "end"
    # Staying at 1/2 a step is worth 1/2; action 0 gains about 0.9 once, of which half is kept: about 0.47.
    assert process.solve().policy[0] == 1
    assert process.solve().value == Fraction(1, 2)
    with pytest.raises(InputError, match="table P"):
        MDP.from_gymnasium(object(), "1/2")


def test_table_without_an_end_has_no_state_more() -> None:
    class Endless(Table):
        P = {0: {0: [(1.0, 0, 1.0, False)], 1: [(1.0, 0, 0.0, False)]}}  # noqa: RUF012
        initial_state_distrib = (1.0,)  # type: ignore[assignment]

    process = MDP.from_gymnasium(Endless(), "1/2")
    assert process.state_names == ("0",)
    assert process.rates().explores
    assert process.rates().delta_tv == 1
