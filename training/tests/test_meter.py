import json

import pytest

from outrider_training.rewards import RewardMeter, build_reward, easyr1_score, swift_orm, trl_reward
from outrider_training.rewards.meter import reward_statistics


def test_mean_spread_and_flat_groups_are_those_of_the_judged_answers() -> None:
    found = reward_statistics([1, 0, 0.5, 0.5, None, None], ["a", "a", "b", "b", "c", "c"])
    assert found is not None
    assert (found.count, found.mean, found.zero_variance_share) == (4, 0.5, 0.5)
    assert found.spread == pytest.approx(0.125**0.5)


def test_a_reward_that_judges_nothing_has_no_statistics() -> None:
    assert reward_statistics([None], ["a"]) is None


def test_a_constant_reward_is_warned_of_once_in_every_patience() -> None:
    meter = RewardMeter("iou", patience=3)
    warned = [meter.record([0.0, 0.0], ["a", "a"])[1] is not None for _ in range(7)]
    assert warned == [False, False, True, False, False, True, False]


def test_a_batch_that_differs_begins_the_count_anew() -> None:
    meter = RewardMeter("iou", patience=2)
    warned = [meter.record(values, ["a", "a"])[1] for values in ([0, 0], [0, 1], [0, 0], [1, 1], [1, 1])]
    assert [text is not None for text in warned] == [False, False, False, False, True]
    assert "1.000" in (warned[-1] or "")


def test_what_is_held_out_is_judged_and_belongs_into_no_curve() -> None:
    meter = RewardMeter("iou", patience=2)
    meter.record([0.0, 0.0], ["a", "a"])
    meter.running = False
    found, warning = meter.record([0.0, 0.0], ["b", "b"])
    assert found is not None and found.count == 2 and warning is None
    assert len(meter.history) == 1
    meter.running = True
    assert meter.record([0.0, 0.0], ["a", "a"])[1] is not None


def test_the_adapters_judge_alike() -> None:
    choice = build_reward("choice", {})
    truth = json.dumps({"choice": "A"})
    logged: dict[str, float] = {}
    trl = trl_reward("choice", choice, RewardMeter("choice"))
    said = [[{"role": "assistant", "content": text}] for text in ("A", "B")]
    values = trl(completions=said, truth=[truth, truth], sample_id=["1", "1"], log_metric=logged.__setitem__, images=[])
    assert values == [1, 0] == swift_orm(choice)()(["A", "B"], truth=[truth, truth])
    assert logged == {"rewards/choice/zero_variance_share": 0}
    score = easyr1_score({"choice": (choice, 2.0), "points": (build_reward("points", {}), 1.0)})
    assert score({"response": "A", "ground_truth": truth}) == {"overall": 2.0, "choice": 1.0}
