import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_training.held_out import HeldOutRewards, change
from outrider_training.pictures import reward_changes


def test_a_change_is_that_of_each_prompt_and_not_that_of_the_means() -> None:
    before = {"easy": 0.9, "hard": 0.1, "other": 0.5, "gone": 0.0}
    found = change(before, {"easy": 1.0, "hard": 0.2, "other": 0.6})
    assert found is not None
    assert (found.prompts, found.mean) == (3, pytest.approx(0.1))
    # All rose by as much, however far apart they are.
    assert found.standard_error == pytest.approx(0, abs=1e-9)
    assert "+0.1000 ± 0.0000 over 3 prompts, beyond two standard errors" in str(found)


def test_what_may_be_chance_is_said_to_be() -> None:
    found = change({"a": 0.0, "b": 0.0}, {"a": 1.0, "b": -0.9})
    assert found is not None and not found.is_beyond_chance
    assert "within" in str(found)


def test_one_prompt_shows_nothing() -> None:
    assert change({"a": 0.0}, {"a": 1.0}) is None


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), min_size=2), st.floats(-1, 1))
def test_a_shift_of_every_prompt_is_found_whatever_they_were(before: dict[str, float], shift: float) -> None:
    found = change(before, {name: value + shift for name, value in before.items()})
    assert found is not None
    assert found.mean == pytest.approx(shift, abs=1e-9)


def test_answers_of_a_prompt_are_one_mean_and_unjudged_ones_are_left_out(tmp_path: Path) -> None:
    rewards = HeldOutRewards()
    rewards.add(["a", "a", "b"], [0.0, 1.0, math.nan])
    rewards.add(["b", "b"], [0.25, 0.75])
    rewards.close(0)
    rewards.add(["b", "a"], [0.6, 0.8])
    rewards.close(100)
    assert rewards.evaluations == [(0, {"a": 0.5, "b": 0.5}), (100, {"a": 0.8, "b": 0.6})]
    first, last = rewards.lines()
    assert first == "held-out reward after 0 steps: 0.5000"
    assert last.startswith("held-out reward after 100 steps: 0.7000, +0.2000 ± 0.1000 over 2 prompts")
    rewards.save(tmp_path / "held-out-rewards.json")
    reward_changes(rewards, tmp_path / "held-out-rewards.png")
    assert json.loads((tmp_path / "held-out-rewards.json").read_text())[1] == {"step": 100, "rewards": {"a": 0.8, "b": 0.6}}
    assert (tmp_path / "held-out-rewards.png").stat().st_size > 1000
