"""What is read of a plan drifts from what is to be written, number by number, and nothing else does."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoProcessor

from outrider_training.drifting import Drifts, misread
from outrider_training.sharing import IGNORED, encode

PERCEPTION = '{"objects":[{"bbox_2d":[10,20,30,40]}]}'


def plan(seed: int) -> str:
    dice = random.Random(seed)
    speed, left = dice.uniform(1, 15), dice.uniform(-1, 1)
    poses = [[speed * time, left * time, left / 9] for time in (0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4)]
    said = ",".join("[" + ",".join(f"{number:.2f}" for number in pose) + "]" for pose in poses)
    return '{"speed":"keep","path":"straight","poses":[' + said + '],"reason":"The lane ahead is free."}'


def poses_of(answer: str) -> list[list[float]]:
    poses: list[list[float]] = json.loads(answer)["poses"]
    return poses


@pytest.mark.parametrize("seed", range(20))
def test_a_drifted_plan_is_a_plan_of_the_same_length_that_is_more_wrong_the_later(seed: int) -> None:
    right = plan(seed)
    read = Drifts(1.0).of(right, f"{seed}")
    assert len(read) == len(right)
    assert re.sub(r"\d", "0", read) == re.sub(r"\d", "0", right)
    apart = [abs(a[0] - b[0]) for a, b in zip(poses_of(read), poses_of(right), strict=True)]
    moved = [metres for metres in apart if metres]
    assert moved == sorted(moved)


def test_most_plans_drift_as_often_as_asked_and_no_other_answer_does() -> None:
    changed = [Drifts(0.6).of(plan(seed), f"{seed}") != plan(seed) for seed in range(400)]
    assert 0.5 < sum(changed) / len(changed) < 0.7
    assert Drifts(1.0).of(PERCEPTION, "one") == PERCEPTION
    assert Drifts(0.0).of(plan(1), "1") == plan(1)


def test_a_sample_drifts_the_same_each_time() -> None:
    assert Drifts(1.0).of(plan(3), "3") == Drifts(1.0).of(plan(3), "3") != Drifts(1.0).of(plan(3), "4")


def test_what_follows_a_digit_that_was_read_otherwise_is_not_asked_for() -> None:
    right, read = "[[12.34,0.50,0.00]]", "[[13.30,0.50,0.00]]"
    wrong = misread(right, read, list(range(len(right))))
    assert [character for character, one in zip(right, wrong, strict=True) if one] == list(".34")


@pytest.mark.parametrize("seed", range(8))
def test_what_is_learnt_is_the_right_answer_and_what_is_read_the_drifted_one(nano: Path, seed: int) -> None:
    processor: Any = AutoProcessor.from_pretrained(nano, padding_side="left")
    right = plan(seed)
    question = [{"type": "image"}, {"type": "text", "text": "Plan."}]
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": right}]
    made = encode(messages, [(1, 4, 4)], processor, Drifts(1.0), f"{seed}")
    plain = encode(messages, [(1, 4, 4)], processor)
    assert processor.tokenizer.decode(made.ids[made.prompt :].tolist()).startswith(Drifts(1.0).of(right, f"{seed}"))
    told = made.labels != IGNORED
    assert made.labels[told].tolist() == plain.ids[told].tolist()
    assert bool((made.labels[: made.prompt] == IGNORED).all()) and bool(told[made.prompt])
    # The first token of each number is asked for, whatever was read.
    assert int(told.sum()) >= len(made.ids) - made.prompt - 2 * 24
