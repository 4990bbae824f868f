import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import rewrite
from PIL import Image

from outrider_training.checks import check, check_rewards
from outrider_training.errors import TrainingError
from outrider_training.recipe import Recipe
from outrider_training.records import read_records
from outrider_training.rewards import build_reward
from outrider_training.runner import load_processor

Change = Callable[[dict[str, Any]], object]


def _set(**columns: object) -> Change:
    return lambda sample: sample.update(columns)


def _boxed(corners: list[float], **columns: object) -> Change:
    def change(sample: dict[str, Any]) -> None:
        sample["messages"][-1]["content"] = json.dumps([{"bbox_2d": corners}])
        sample.update(columns)

    return change


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda s: s["images"].append(s["images"][0]), "1 image parts in messages, 2 images"),
        (_set(images=["images/none.png"]), "none.png"),
        (_set(max_pixels=3136), "to \\[\\(56, 56\\)\\] where the data was made"),
        (_set(coordinates=None), "DATA_UNREADABLE"),
        (lambda s: s.pop("coordinates"), "no `coordinates`"),
        (_boxed([0, 0, 113, 9]), "not inside the resized image of 112x112"),
        (_boxed([0, 0, 9, 9], coordinates="original"), "coordinates original, not resized"),
        (_set(truth={"boxes": [{"bbox_2d": [9, 0, 0, 9]}]}), "no area"),
        (_set(truth={"boxes": [{"bbox_2d": [0, 0, 9, 9], "view": "front"}]}), "none of"),
        (_set(truth={"boxes": [{"bbox_2d": [0, 0, 9, 999]}]}), "not inside"),
    ],
)
def test_a_sample_that_would_break_training_is_refused(change: Change, found: str, data: Path, nano: Path, sft: Recipe) -> None:
    file = data / "changed.jsonl"
    rewrite(data / "embodied.jsonl", file, change)
    with pytest.raises(TrainingError, match=found):
        check(list(read_records(file)), sft, *load_processor(nano, sft))


def test_tokens_are_counted_as_the_processor_makes_them(data: Path, nano: Path, sft: Recipe) -> None:
    processor, pixels = load_processor(nano, sft)
    for prepared in check(list(read_records(data / "driving.jsonl")), sft, processor, pixels)[0]:
        images = [Image.open(path) for path in prepared.record.images]
        text = processor.apply_chat_template(prepared.record.messages, tokenize=False)
        ids = processor(text=[text], images=images, add_special_tokens=False)["input_ids"][0]
        assert prepared.tokens == len(ids)
        assert prepared.image_tokens == sum(id == processor.image_token_id for id in ids)


def test_a_sample_longer_than_max_tokens_is_refused_and_never_cut(data: Path, nano: Path, sft: Recipe) -> None:
    short = sft.model_copy(update={"data": sft.data.model_copy(update={"max_tokens": 100})})
    with pytest.raises(TrainingError, match="more than max_tokens 100"):
        check(list(read_records(data / "driving.jsonl")), short, *load_processor(nano, short))


def test_boxes_of_another_space_are_converted_for_rewards(data: Path, nano: Path, sft: Recipe) -> None:
    file = data / "thousandths.jsonl"

    def change(sample: dict[str, Any]) -> None:
        sample["messages"][-1]["content"] = "yes"
        sample |= {"coordinates": "thousandths", "truth": {"boxes": [{"bbox_2d": [0, 250, 500, 1000]}]}}
        rewritten.update(sample)

    rewritten: dict[str, Any] = {}
    rewrite(data / "embodied.jsonl", file, change)
    file.write_text(json.dumps(rewritten))
    (prepared,), _ = check(list(read_records(file)), sft, *load_processor(nano, sft))
    assert prepared.truth["boxes"] == [{"bbox_2d": [0, 28, 56, 112]}]


def test_two_spaces_in_one_run_are_refused(data: Path, nano: Path, sft: Recipe) -> None:
    records = list(read_records(data / "embodied.jsonl"))
    rewrite(data / "rl.jsonl", data / "original.jsonl", _set(coordinates="original", id="other"))
    with pytest.raises(TrainingError, match="one space for all samples"):
        check([*records, *read_records(data / "original.jsonl")], sft, *load_processor(nano, sft))


def test_one_id_at_two_places_is_refused_but_a_repeated_sample_is_not(data: Path, nano: Path, sft: Recipe) -> None:
    records = list(read_records(data / "embodied.jsonl"))
    assert len(check([*records, *records], sft, *load_processor(nano, sft))[0]) == 24
    (data / "again.jsonl").write_text((data / "embodied.jsonl").read_text().splitlines()[0])
    with pytest.raises(TrainingError, match=r"is also at embodied\.jsonl:1"):
        check([*records, *read_records(data / "again.jsonl")], sft, *load_processor(nano, sft))


def test_a_reward_that_no_sample_can_be_judged_by_is_refused(data: Path, nano: Path, sft: Recipe) -> None:
    prepared, _ = check(list(read_records(data / "embodied.jsonl")), sft, *load_processor(nano, sft))
    assert check_rewards(prepared, {"points": build_reward("points", {})}) == {"points": 3}
    with pytest.raises(TrainingError, match=r"REWARD_WITHOUT_TRUTH.*trajectory"):
        check_rewards(prepared, {"trajectory": build_reward("trajectory", {})})
