import json
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from outrider_training.emphasis import times
from outrider_training.recipe import Emphasis, Source
from outrider_training.records import gather

PEDESTRIAN = "A pedestrian crosses the road."
RED = Emphasis(times=2.0, lights=["red"])
CROSSED = Emphasis(times=4.0, reasons=[PEDESTRIAN])


def plan(reason: str) -> str:
    return json.dumps({"speed": "stop", "reason": reason})


def lights(*states: str) -> str:
    return json.dumps({"objects": [], "traffic_lights": [{"state": state} for state in states]})


@pytest.mark.parametrize(
    ("emphases", "answers", "meta", "expected"),
    [
        ([], {"driving/plan": plan(PEDESTRIAN)}, {}, 1.0),
        ([CROSSED], {"driving/plan": plan(PEDESTRIAN)}, {}, 4.0),
        ([CROSSED], {"driving/plan": plan("The road bends.")}, {}, 1.0),
        (
            [CROSSED],
            {"driving/plan": f"<think>\nNobody.\n</think>\n{plan(PEDESTRIAN)}"},
            {},
            4.0,
        ),
        ([CROSSED], {"embodied/pointing": "(3, 4)"}, {}, 1.0),
        ([RED], {"driving/perception": lights("green", "red")}, {}, 2.0),
        ([RED], {"driving/perception": lights()}, {}, 1.0),
        ([Emphasis(times=3.0, hard_m=2.5)], {}, {"constant_velocity_ade_m": 2.5}, 3.0),
        ([Emphasis(times=3.0, hard_m=2.5)], {}, {"constant_velocity_ade_m": 2.4}, 1.0),
        ([Emphasis(times=3.0, hard_m=2.5)], {}, {}, 1.0),
        # All that one names has to be true.
        (
            [Emphasis(times=3.0, hard_m=2.5, reasons=[PEDESTRIAN])],
            {"driving/plan": plan("The road bends.")},
            {"constant_velocity_ade_m": 3},
            1.0,
        ),
        # Of several that fit the most.
        (
            [RED, CROSSED],
            {"driving/plan": plan(PEDESTRIAN), "driving/perception": lights("red")},
            {},
            4.0,
        ),
    ],
)
def test_a_frame_set_comes_as_often_as_the_strongest_emphasis_that_fits_it(
    emphases: list[Emphasis], answers: dict[str, str], meta: dict[str, float], expected: float
) -> None:
    assert times(emphases, answers, meta) == expected


def test_an_emphasis_that_names_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="expected reasons, lights or hard_m"):
        Emphasis(times=2.0)


def test_frame_sets_are_repeated_whole_and_a_fraction_of_them_once_more(tmp_path: Path) -> None:
    def sample(number: int, task: str, answer: str) -> str:
        messages = [{"role": "user", "content": [{"type": "image"}]}, {"role": "assistant", "content": answer}]
        return json.dumps(
            {"id": f"{number}/{task}", "task": task, "messages": messages, "images": ["a.png"], "meta": {"group": str(number)}}
        )

    rows = [
        sample(number, task, plan(PEDESTRIAN if number % 2 else "The road bends.") if task == "driving/plan" else lights())
        for number in range(200)
        for task in ("driving/plan", "driving/perception")
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(rows) + "\n")
    training, held = gather([Source(path="a.jsonl")], tmp_path, 0, [Emphasis(times=2.5, reasons=[PEDESTRIAN])])
    assert held == []
    counts = Counter(record.id for record in training)
    crossed = [counts[f"{number}/driving/plan"] for number in range(1, 200, 2)]
    assert set(crossed) == {2, 3}
    assert 230 < sum(crossed) < 270
    assert {counts[f"{number}/driving/plan"] for number in range(0, 200, 2)} == {1}
    assert all(counts[f"{number}/driving/plan"] == counts[f"{number}/driving/perception"] for number in range(200))
