import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from outrider_training import geometry
from outrider_training.errors import TrainingError
from outrider_training.rewards import REWARDS, build_reward
from outrider_training.rewards.boxes import boxes_reward, iou
from outrider_training.rewards.comfort import comfort_reward, motion
from outrider_training.rewards.format import format_reward
from outrider_training.rewards.points import points_reward
from outrider_training.rewards.trajectory import (
    collision_reward,
    drivable_area_reward,
    red_light_reward,
    trajectory_reward,
)
from outrider_training.synthetic import PLAN_SCHEMA, write_synthetic


def answer(poses: list[list[float]], speed: str = "keep") -> str:
    return json.dumps({"speed": speed, "path": "straight", "poses": poses, "reason": "Free."})


def straight(mps: float, *, left: float = 0.0) -> list[list[float]]:
    return [[mps * 0.5 * step, left, 0.0] for step in range(1, 9)]


STOPPED = [[0.0, 0.0, 0.0]] * 8
TEN = {"poses": straight(10)}


# --- format


@pytest.mark.parametrize(
    ("text", "thinks", "reward"),
    [
        (answer(straight(10)), False, 1.0),
        (f"Here: {answer(straight(10))}", False, 0.8),
        (f"<think>free</think>{answer(straight(10))}", True, 1.0),
        (answer(straight(10)), True, 0.0),
        (f"<think>free</think>{answer(straight(10))}", False, 0.0),
        (f"<think>{answer(straight(10))}", True, 0.0),
        ("go on", False, 0.1),
        ("", False, 0.0),
    ],
)
def test_format_is_graded_by_what_was_asked_for(text: str, thinks: bool, reward: float) -> None:
    assert format_reward(text, {"schema": PLAN_SCHEMA, "thinks": thinks}) == reward


def test_format_rises_with_every_part_of_the_schema_that_holds() -> None:
    grades = [
        format_reward(text, {"schema": PLAN_SCHEMA})
        for text in ('{"speed":"fly"}', '{"speed":"keep","path":"straight"}', answer(straight(10)[:7]), answer(straight(10)))
    ]
    assert grades == sorted(grades)
    assert len(set(grades)) == 4


def test_a_boxed_letter_has_the_form_of_a_choice() -> None:
    schema = {"type": "string", "enum": ["A", "B"]}
    said = ("\\boxed{A}", "It is \\boxed{A}", "\\boxed{C}")
    assert [format_reward(text, {"schema": schema}) for text in said] == [1.0, 0.8, pytest.approx(0.6)]


def test_a_lone_text_has_the_form_of_a_choice_as_the_grammar_writes_it() -> None:
    truth = {"schema": {"enum": ["A", "B"]}}
    assert [format_reward(text, truth) for text in ('"A"', 'Well: "A"', '"C"', "A")] == [1.0, 0.1, pytest.approx(0.6), 0.1]


@pytest.mark.parametrize(("x", "valid"), [(16.45, True), (0.29, True), (-7.07, True), (0.295, False), (199.99, True)])
def test_hundredths_are_multiples_although_floats_are_not(x: float, valid: bool) -> None:
    poses = [[x, 0.0, 0.0], *straight(10)[1:]]
    assert (format_reward(answer(poses), {"schema": PLAN_SCHEMA}) == 1) == valid


# --- boxes

_corner = st.integers(0, 40)
_box = st.tuples(_corner, _corner, st.integers(1, 40), st.integers(1, 40)).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))


@given(_box, _box)
def test_iou_is_what_shapely_measures(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    one, other = shapely.box(*a), shapely.box(*b)
    assert iou(a, b) == pytest.approx(one.intersection(other).area / one.union(other).area)


@given(st.lists(_box, min_size=1, max_size=4), st.lists(_box, min_size=1, max_size=4))
@settings(max_examples=50)
def test_the_match_is_the_best_of_all_permutations(said: list[tuple[int, ...]], there: list[tuple[int, ...]]) -> None:
    few, many = sorted((said, there), key=len)
    best = max(sum(map(iou, few, chosen)) for chosen in itertools.permutations(many, len(few)))
    text = json.dumps([{"bbox_2d": list(box)} for box in said])
    assert boxes_reward(text, {"boxes": [{"bbox_2d": list(box)} for box in there]}) == pytest.approx(best / len(many))


def test_a_box_of_another_view_or_label_does_not_match() -> None:
    there = {"boxes": [{"bbox_2d": [0, 0, 9, 9], "view": "front", "label": "car"}]}
    right = {"bbox_2d": [0, 0, 9, 9], "view": "front", "label": "car"}
    said = [right, {**right, "view": "back"}, {**right, "label": "bus"}]
    assert [boxes_reward(json.dumps([box]), there) for box in said] == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(("text", "reward"), [("[]", 1.0), ("nothing", 0.0), ('[{"bbox_2d": [0, 0, 1, 1]}]', 0.0)])
def test_where_nothing_is_an_empty_list_is_right(text: str, reward: float) -> None:
    assert boxes_reward(text, {"boxes": []}) == reward


# --- points


@pytest.fixture
def mask(tmp_path: Path) -> dict[str, object]:
    """The left half of a mask half as large as the image that the answer speaks of."""
    pixels = np.zeros((20, 40), dtype=np.uint8)
    pixels[:, :20] = 255
    Image.fromarray(pixels).save(tmp_path / "mask.png")
    return {"mask": str(tmp_path / "mask.png"), "image_size": [80, 40]}


@pytest.mark.parametrize(
    ("points", "reward"),
    [
        ([[39, 0]], 1.0),
        ([[40, 0]], 0.0),
        ([[10, 10], [70, 10]], 0.5),
        ([[10, 10], [-1, 10], [10, 40], [80, 0]], 0.25),
        ([[10, 10]] * 32, 0.5),
        ([], 0.0),
    ],
)
def test_points_count_by_the_share_inside_the_mask(points: list[list[int]], reward: float, mask: dict[str, object]) -> None:
    assert points_reward(json.dumps([{"points": points, "label": "x"}]), mask) == reward


# --- driving


def test_a_trajectory_is_worth_less_the_further_it_is_off_and_nothing_past_the_gate() -> None:
    grades = [trajectory_reward(answer(straight(10, left=off)), TEN) for off in (0, 0.5, 1, 2, 2.99, 3.01)]
    assert grades[0] == pytest.approx(1)
    assert grades == sorted(grades, reverse=True)
    assert grades[-2] > grades[-1] == 0
    assert grades[2] == pytest.approx(2 / 3 * math.exp(-1) + 1 / 3 * math.exp(-0.5))


def test_a_plan_that_cannot_be_read_is_worth_nothing() -> None:
    truth = {**TEN, "speed": "keep", "path": "straight", "agents": [], "drivable": [], "ego_speed": 10.0}
    truth["stop_line"] = {"line": [[5, -1], [5, 1]]}
    for name in ("trajectory", "action", "collision", "red_light", "drivable_area", "comfort"):
        assert REWARDS[name]("I go on.", truth) == 0


@pytest.mark.parametrize("name", ["collision", "red_light", "drivable_area", "comfort"])
def test_standing_still_earns_nothing_for_being_safe_where_one_should_go(name: str) -> None:
    truth = {
        **TEN,
        "agents": [],
        "stop_line": {"line": [[90, -1], [90, 1]]},
        "drivable": [[[-9, -9], [99, -9], [99, 9], [-9, 9]]],
    }
    truth["ego_speed"] = 10.0
    assert REWARDS[name](answer(straight(10)), truth) == 1
    assert REWARDS[name](answer(STOPPED), truth) == 0


@pytest.mark.parametrize(("gap", "reward"), [(0.1, 1.0), (-0.1, 0.0)])
def test_a_collision_is_where_the_car_reaches_not_where_its_axle_is(gap: float, reward: float) -> None:
    # After 40 m the front bumper is 3.5 m further, and the other car's back 2 m before its middle.
    there = [[43.5 + 2 + gap, 0.0, 0.0]] * 9
    truth = {**TEN, "agents": [{"poses": there, "length": 4, "width": 2}]}
    assert collision_reward(answer(straight(10)), truth) == reward


def test_a_car_that_crosses_between_two_poses_is_hit() -> None:
    """At 0.25 s it is where the ego is; at 0 and 0.5 s it is 8 m aside."""
    crossing = [[3.5, 8 - 32 * 0.5 * step, -math.pi / 2] for step in range(9)]
    truth = {**TEN, "agents": [{"poses": crossing, "length": 4, "width": 2}]}
    assert collision_reward(answer(straight(10)), truth) == 0


@pytest.mark.parametrize(
    ("line_x", "until", "reward"), [(43.6, None, 1.0), (43.4, None, 0.0), (23.0, 1.8, 1.0), (23.0, 2.2, 0.0), (3.0, None, 1.0)]
)
def test_a_red_light_is_passed_when_the_bumper_passes_its_line(line_x: float, until: float | None, reward: float) -> None:
    stop = {"line": [[line_x, -3], [line_x, 3]], **({} if until is None else {"until": until})}
    assert red_light_reward(answer(straight(10)), {**TEN, "stop_line": stop}) == reward


@pytest.mark.parametrize(("left", "reward"), [(1.09, 1.0), (1.11, 0.0)])
def test_all_four_corners_have_to_stay_on_the_road(left: float, reward: float) -> None:
    # Two rings: the area is their union.
    rings = [[[-9, -2], [20, -2], [20, 2], [-9, 2]], [[15, -2], [99, -2], [99, 2], [15, 2]]]
    assert (
        drivable_area_reward(answer(straight(10, left=left)), {"poses": straight(10, left=left), "drivable": rings}) == reward
    )


_pose = st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.floats(-3.2, 3.2))


@given(_pose, _pose)
def test_rectangles_overlap_where_shapely_finds_a_shared_area(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    one = geometry.rectangle(a, behind=0.8, ahead=3.5, width=1.8)
    other = geometry.rectangle(b, behind=2, ahead=2, width=2)
    shared = shapely.Polygon(one).intersection(shapely.Polygon(other)).area
    if shared > 1e-9 or shapely.Polygon(one).distance(shapely.Polygon(other)) > 1e-9:
        assert geometry.overlap(one, other) == (shared > 1e-9)


_ring = [[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]]


@given(st.floats(-1, 5), st.floats(-1, 5))
def test_a_point_is_inside_where_shapely_says_so(x: float, y: float) -> None:
    polygon = shapely.Polygon(_ring)
    if polygon.boundary.distance(shapely.Point(x, y)) > 1e-9:
        assert geometry.contains(_ring, x, y) == polygon.contains(shapely.Point(x, y))


# --- comfort


def along(speed: object) -> list[tuple[float, float, float]]:
    """Poses of a straight drive whose way is a function of time."""
    return [(speed(0.5 * step), 0.0, 0.0) for step in range(1, 9)]  # type: ignore[operator]


def test_constant_acceleration_is_found_as_it_is() -> None:
    found = motion(along(lambda t: 10 * t - t * t), 10)
    assert found.longitudinal == pytest.approx(-2)
    assert found.jerk == pytest.approx(0, abs=1e-9)


def test_a_constant_turn_has_the_lateral_acceleration_of_its_circle() -> None:
    speed, radius = 8.0, 20.0
    turn = [
        (radius * math.sin(speed * t / radius), radius * (1 - math.cos(speed * t / radius)), speed * t / radius)
        for t in (0.5 * step for step in range(1, 9))
    ]
    found = motion(turn, speed)
    assert found.lateral == pytest.approx(speed * speed / radius, rel=0.01)
    assert found.yaw_rate == pytest.approx(speed / radius)
    assert found.yaw_acceleration == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("mps2", "reward"), [(-4.0, 1.0), (-4.1, 5 / 6), (2.3, 1.0), (2.5, 5 / 6)])
def test_comfort_ends_at_nuplans_limits(mps2: float, reward: float) -> None:
    poses = [list(pose) for pose in along(lambda t: 20 * t + mps2 * t * t / 2)]
    assert comfort_reward(answer(poses), {"poses": poses, "ego_speed": 20.0}) == pytest.approx(reward)


# --- all


def test_the_right_answers_of_the_synthetic_data_earn_all_there_is(tmp_path: Path) -> None:
    """The answer itself and its truth are made in different ways: they check each other."""
    write_synthetic(tmp_path, count=24, seed=5)
    seen = set()
    for line in [line for name in ("rl", "embodied") for line in (tmp_path / f"{name}.jsonl").read_text().splitlines()]:
        sample = json.loads(line)
        truth = dict(sample.get("truth", {}))
        if "mask" in truth:
            truth |= {"mask": str(tmp_path / truth["mask"]), "image_size": [112, 112]}
        for name, reward in REWARDS.items():
            value = reward(sample["messages"][-1]["content"][0]["text"], truth)
            if value is not None:
                seen.add(name)
                assert value == pytest.approx(1, abs=0.35 if name == "comfort" else 1e-6), (name, sample["id"])
    assert seen == set(REWARDS)


def test_a_sample_without_its_truth_is_not_judged() -> None:
    assert {name for name, reward in REWARDS.items() if reward("A", {}) is not None} == {"length"}


@pytest.mark.parametrize(
    ("name", "settings", "code"), [("beauty", {}, "REWARD_UNKNOWN"), ("length", {"budgt": 3}, "REWARD_SETTING")]
)
def test_unknown_rewards_and_settings_are_refused(name: str, settings: dict[str, int], code: str) -> None:
    with pytest.raises(TrainingError, match=code):
        build_reward(name, settings)


def test_a_longer_answer_than_the_budget_loses_evenly() -> None:
    reward = build_reward("length", {"budget": 10, "most": 20})
    assert [reward("x" * count, {}) for count in (5, 10, 15, 20, 30)] == [1, 1, 0.5, 0, 0]
