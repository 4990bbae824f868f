import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_training import answers

PLAN = '{"speed":"keep","path":"straight","poses":[' + ",".join(["[2.50,0.00,0.00]"] * 8) + '],"reason":"Free."}'


@pytest.mark.parametrize(
    ("text", "thoughts", "answer"),
    [
        ("A", "", "A"),
        ("<think>\nred\n</think>\nA", "red", "\nA"),
        ("red</think>A", "red", "A"),
        ("<think>\n</think>\nA", "", "\nA"),
        ("<think>red", "red", None),
        ("<think>a</think>A<think>b", "a", None),
    ],
)
def test_thoughts_stand_apart_from_the_answer(text: str, thoughts: str, answer: str | None) -> None:
    found = answers.take_apart(text)
    assert found.answer == answer
    if answer is not None:
        assert found.thoughts == thoughts


@pytest.mark.parametrize("text", [PLAN, f"```json\n{PLAN}\n```", f"<think>a [b</think>So: {PLAN}.", f"[{PLAN}]"])
def test_a_plan_is_found_in_fences_lists_and_prose(text: str) -> None:
    found = answers.plan(text)
    assert found is not None
    assert found.poses[7] == (2.5, 0.0, 0.0)


@pytest.mark.parametrize(
    "text",
    ["", "keep", PLAN[:-40], PLAN.replace("2.50", "NaN", 1), PLAN.replace("[2.50,0.00,0.00],", "", 1), f"<think>{PLAN}"],
)
def test_what_is_no_plan_is_none(text: str) -> None:
    assert answers.plan(text) is None


def test_of_two_plans_the_last_counts() -> None:
    assert answers.plan(PLAN.replace("keep", "stop") + PLAN).speed == "keep"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("\\boxed{B}", "B"),
        ("<think>A?</think>The answer is (c).", "C"),
        ("\\boxed{A} no: \\boxed{\\text{yes}}", "yes"),
        ("B. right", "B"),
        ("No, it does not fit.", "no"),
        ("\\boxed{3 m}", "3 m"),
        ("  ", None),
    ],
)
def test_short_answers_are_read_from_boxes_or_bare(text: str, short: str | None) -> None:
    assert answers.short_answer(text) == short


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"points": [[3, 4], [5, 6.5]], "label": "cup"}]', [(3, 4), (5, 6.5)]),
        ("at [3, 4] and (9, 9)", [(3, 4)]),
        ("at (9, 9)", [(9, 9)]),
        ('[{"points": [], "label": "cup"}]', []),
        ("nowhere", []),
    ],
)
def test_points_are_read_as_the_evaluation_reads_them(text: str, found: list[tuple[float, float]]) -> None:
    assert answers.points(text) == found


def test_boxes_are_found_however_deep_with_their_corners_in_order() -> None:
    text = '{"objects":[{"view":"front","bbox_2d":[9,8,1,2],"label":"car"}],"signs":[{"bbox_2d":[1,2,3]}]}'
    assert answers.boxes(text) == [answers.Box((1, 2, 9, 8), "car", "front")]


@given(st.text(alphabet='{}[]",:<>/think0123456789.eE-\\boxed points', max_size=200))
def test_no_text_breaks_a_reader(text: str) -> None:
    answers.short_answer(text)
    assert all(math.isfinite(value) for box in answers.boxes(text) for value in box.corners)
    assert all(len(point) == 2 for point in answers.points(text))
    answers.plan(text)
