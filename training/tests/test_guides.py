"""Guides are told what stands where, learn it, and leave no trace in the checkpoint."""

import json
import math
import random
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

from outrider_training.guides import REASONS, Guides, aims_of, cell_aims, together, total, way_aims
from outrider_training.sharing import IGNORED, GroupCollator

VIEWS = ["front", "back"]
SIZES = [(112, 56), (56, 56)]


def thing(view: str, box: list[int], label: str = "car", motion: str = "parked") -> dict[str, Any]:
    return {"view": view, "bbox_2d": box, "label": label, "motion": motion, "occlusion": "none"}


def light(view: str, box: list[int], state: str) -> dict[str, Any]:
    return {"view": view, "bbox_2d": box, "state": state, "relevance": "ego"}


def test_a_cell_is_told_what_has_its_middle_there() -> None:
    answer = {
        "objects": [thing("front", [30, 30, 52, 54], "pedestrian", "crossing"), thing("back", [0, 0, 20, 20], "ghost")],
        "traffic_lights": [light("front", [84, 2, 90, 12], "green")],
    }
    kinds, boxes = cell_aims(answer, VIEWS, SIZES, 28)
    # Four columns and two rows of the first view, then two and two of the second.
    assert kinds.shape == (12, 4) and boxes.shape == (12, 2, 6)
    # Second row, second column: a pedestrian (the seventh label, from 1) that crosses (the fifth motion, from 0).
    assert kinds[5].tolist() == [7, 4, 0, IGNORED]
    # Its middle is at (41, 42), that of the cell at (42, 42).
    assert boxes[5, 0].tolist() == pytest.approx(
        [-1 / 28, 0, math.log(22 / 28), math.log(24 / 28), 41 / 112, 42 / 56], abs=1e-6
    )
    assert kinds[3].tolist() == [0, IGNORED, 4, 0]
    # A label that no schema has is neither told nor taken for nothing.
    assert kinds[8, 0] == IGNORED
    assert kinds[:, 0].eq(0).sum() == 10


def test_of_two_in_a_cell_the_first_is_told() -> None:
    answer = {"objects": [thing("back", [2, 2, 20, 20], "truck"), thing("back", [0, 0, 26, 26])], "traffic_lights": []}
    kinds, _ = cell_aims(answer, VIEWS, SIZES, 28)
    assert kinds[8, 0] == 2


def test_a_box_at_the_edge_stays_in_its_view() -> None:
    answer = {"objects": [thing("front", [110, 54, 112, 56])], "traffic_lights": []}
    kinds, _ = cell_aims(answer, VIEWS, SIZES, 28)
    assert kinds[:8, 0].tolist() == [0, 0, 0, 0, 0, 0, 0, 1]


def test_a_cell_knows_where_the_lane_goes_through_it() -> None:
    way = [{"view": "front", "points": [[49, 55.9], [53, 40], [63, 30]]}, {"view": "back", "points": [[55.9, 0]]}]
    ways = way_aims(way, VIEWS, SIZES, 28)
    assert ways.shape == (8 + 4, 2)
    assert ways[:, 0].nonzero()[:, 0].tolist() == [5, 6, 9]
    # Columns 49 and 53 of the cell from 28 to 56.
    assert ways[5, 1] == pytest.approx((51 - 42) / 28)
    assert ways[6, 1] == pytest.approx((63 - 70) / 28)
    assert ways[9, 1] == pytest.approx((55.9 - 42) / 28, abs=1e-6)


def test_nobody_who_says_no_way_is_told_that_there_is_none(group: list[dict[str, Any]]) -> None:
    silent = [{**group[1], "truth": {}}]
    aims = aims_of(silent, [], torch.arange(12), [(1, 4, 8), (1, 4, 4)], 14, 2)
    assert len(aims.kinds) == 12 and bool((aims.ways[:, 0] == -100).all())


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder, dice = tmp_path_factory.mktemp("views"), random.Random(2)
    paths = []
    for view, (width, height) in zip(VIEWS, SIZES, strict=True):
        paths.append(str(folder / f"{view}.png"))
        Image.frombytes("RGB", (width, height), dice.randbytes(3 * width * height)).save(paths[-1])

    def sample(task: str, answer: dict[str, Any], truth: dict[str, Any]) -> dict[str, Any]:
        content = [*({"type": "image"} for _ in paths), {"type": "text", "text": f"Speed: 5.20 m/s.\n{task}"}]
        said = json.dumps(answer, separators=(",", ":"))
        messages = [{"role": "user", "content": content}, {"role": "assistant", "content": said}]
        return {"id": f"one/{task}", "task": task, "messages": messages, "images": paths, "views": VIEWS, "truth": truth}

    sees = {"objects": [thing("front", [30, 30, 52, 54])], "traffic_lights": [light("back", [2, 2, 6, 12], "red")]}
    poses = [[float(index), 0.1 * index, 0.02] for index in range(1, 9)]
    return [
        sample("driving/plan", {"poses": poses, "speed": "stop", "reason": "The light ahead is red."}, {"poses": poses}),
        sample("driving/perception", sees, {"way": [{"view": "front", "points": [[49, 55.9], [57, 40], [63, 30]]}]}),
        sample("driving/prediction", {"agents": []}, {}),
    ]


@pytest.fixture(scope="module")
def processor(nano: Path) -> Any:
    return AutoProcessor.from_pretrained(nano, padding_side="left")


def test_cells_are_the_images_tokens_and_plans_begin_behind_their_turns(group: list[dict[str, Any]], processor: Any) -> None:
    rows = [{"group": group}, {"group": group[2:]}, {"group": group[:1]}]
    made = GroupCollator(processor, guided=True)(rows)
    aims = made["aims"]
    ids, labels = made["input_ids"][0], made["labels"][0]
    # Only of the first row is it known what the images show.
    images = (ids == processor.image_token_id).nonzero()[:, 0].tolist()
    assert aims.cells.tolist() == images[:12]
    assert aims.kinds.shape == (12, 4)
    assert len(aims.turns) == 2 and aims.poses.shape == (2, 24)
    assert aims.words.tolist() == [[3, 1], [3, 1]]
    for turn in aims.turns.tolist():
        assert labels[turn] == IGNORED
        said = processor.tokenizer.decode(labels[turn + 1 : turn + 9])
        assert said.startswith('{"poses')


def test_what_images_show_is_told_to_guides_where_it_is_not_asked_for(group: list[dict[str, Any]], processor: Any) -> None:
    made = GroupCollator(processor, guided=True)([{"group": group, "asked": [group[0]["id"]]}])
    alone = GroupCollator(processor, guided=True)([{"group": group[:1]}])
    whole = GroupCollator(processor, guided=True)([{"group": group}])
    assert torch.equal(made["input_ids"], alone["input_ids"]) and torch.equal(made["labels"], alone["labels"])
    assert len(alone["aims"].cells) == 0
    assert torch.equal(made["aims"].kinds, whole["aims"].kinds) and torch.equal(made["aims"].turns, alone["aims"].turns)


def test_reasons_are_those_that_the_data_gives() -> None:
    source = (Path(__file__).parents[2] / "src/dataset/scene-sentences.ts").read_text()
    body = source[source.index("export const reasonSentence") :]
    said = set(re.findall(r"'([A-Z][^']+\.)'", body[: body.index("\n}\n")]))
    assert said == set(REASONS)


def test_losses_of_guides_fall_when_they_and_the_model_are_trained(
    group: list[dict[str, Any]], processor: Any, nano: Path
) -> None:
    torch.manual_seed(1)
    model = AutoModelForImageTextToText.from_pretrained(nano)
    guides = Guides(model.model.language_model, 192, 3, 5)
    made = GroupCollator(processor, guided=True)([{"group": group[:1]}, {"group": group[1:2]}])
    aims, spans = made.pop("aims"), made.pop("spans")
    made.pop("labels")
    optimizer = torch.optim.AdamW([*model.parameters(), *guides.parameters()], lr=2e-3)
    totals = []
    for _ in range(12):
        model(**made)
        losses = guides(aims)
        assert set(losses) == {
            *("label", "state", "motion", "relevance", "plan", "speed", "reason", "written", "marked"),
            *("box", "place", "light box", "light place", "way", "way offset"),
        }
        loss = total(losses)
        totals.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert len(spans) == 2
    assert totals[-1] < 0.3 * totals[0]


def test_nothing_to_tell_is_no_loss(group: list[dict[str, Any]], nano: Path) -> None:
    model = AutoModelForImageTextToText.from_pretrained(nano)
    nothing = aims_of(group[2:], [(group[2], 5)], torch.arange(12), [(1, 4, 8), (1, 4, 4)], 14, 2)
    assert Guides(model.model.language_model, 192, 3, 5)(together([nothing], [0])) == {}


def test_poses_are_told_at_the_tokens_that_are_followed_by_them(group: list[dict[str, Any]], processor: Any) -> None:
    made = GroupCollator(processor, guided=True)([{"group": group}, {"group": group}])
    ids, aims = made["input_ids"][0], made["aims"]
    plans = [sample for sample in group if sample["task"] == "driving/plan"]
    assert len(aims.written) == len(aims.written_poses) > 2 * 8 * 3
    first = json.loads(plans[0]["messages"][-1]["content"])["poses"][0]
    following = processor.tokenizer.decode(ids[aims.written[:2] + 1].tolist())
    assert str(first[0]).startswith(following[:3])
    assert aims.written_poses[0].tolist() == pytest.approx(first)
    assert (aims.written > aims.turns[0]).all()
    assert {tuple(box) for box in aims.marked_boxes.tolist()} == {(30, 30, 52, 54), (2, 2, 6, 12)}


def test_a_tower_is_trained_on_images_and_until_a_plan_would_begin(group: list[dict[str, Any]], processor: Any) -> None:
    made = GroupCollator(processor, guided=True, answers=False)([{"group": group}, {"group": group[1:2]}])
    ids, aims = made["input_ids"][0], made["aims"]
    with_plan, without = made["spans"]
    assert ids[-1] == processor.image_token_id
    assert bool(made["labels"].eq(IGNORED).all())
    assert aims.cells.tolist() == (ids == processor.image_token_id).nonzero()[:, 0].tolist()
    assert aims.turns.tolist() == [with_plan.prefix - 1]
    assert with_plan.prefix == without.start
    assert processor.tokenizer.decode(ids[: with_plan.prefix]).endswith("<|im_start|>assistant\n")


def test_plans_at_other_speeds_are_asked_beside_it(group: list[dict[str, Any]], processor: Any) -> None:
    (plan,) = [sample for sample in group if sample["task"] == "driving/plan"]
    other = json.loads(json.dumps({**plan, "id": "one/faster"}).replace("5.20 m/s", "9.20 m/s"))
    made = GroupCollator(processor, guided=True, answers=False)([{"group": [*group, other]}])
    (span,) = made["spans"]
    ids, aims = made["input_ids"][0], made["aims"]
    assert aims.turns.tolist() == [end - 1 for end in span.ends]
    assert len(aims.poses) == len(span.ends) == 2
    assert bool(made["labels"].eq(IGNORED).all())
    for start, end in span.branches:
        assert processor.tokenizer.decode(ids[start:end]).endswith("<|im_start|>assistant\n")
