"""Driving samples whose plans a checkpoint's head has written."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import RECIPES
from transformers import AutoModelForImageTextToText

from outrider_training.errors import TrainingError
from outrider_training.guides import REASONS, SPEEDS, aims_of
from outrider_training.main import main
from outrider_training.recipe import read_recipe
from outrider_training.records import read_records
from outrider_training.runner import add_guides
from outrider_training.spelling import spell

RECIPE = RECIPES / "2-driving-sft.yaml"


@pytest.fixture(scope="module")
def guided(nano: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The random checkpoint with heads of which the plan's always says the same poses."""
    folder = tmp_path_factory.mktemp("guided")
    for path in nano.iterdir():
        (folder / path.name).symlink_to(path)
    model = AutoModelForImageTextToText.from_pretrained(nano)
    add_guides(model, nano, read_recipe(RECIPE, []))
    heads = model.guides.state_dict()
    heads["plan.3.weight"].zero_()
    heads["plan.3.bias"].copy_(torch.tensor([[0.1 * (pose + 1), -0.001, 0.5] for pose in range(8)]).flatten())
    torch.save(heads, folder / "guides.pt")
    return folder


def samples(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def answer(sample: dict[str, Any]) -> dict[str, Any]:
    said = sample["messages"][-1]["content"]
    found: dict[str, Any] = json.loads(said if isinstance(said, str) else said[0]["text"])
    return found


def test_plans_are_the_heads_and_all_else_stays(guided: Path, data: Path, tmp_path: Path) -> None:
    written = spell(read_recipe(RECIPE, ["threads=1"]), guided, data / "driving.jsonl", tmp_path / "spelled.jsonl")
    before = {sample["id"]: sample for sample in samples(data / "driving.jsonl")}
    after = samples(tmp_path / "spelled.jsonl")
    assert written == len(after) > 0
    plans = [sample for sample in after if sample["task"] == "driving/plan"]
    assert plans
    for sample in after:
        old = before[sample["id"]]
        assert sample["messages"][:-1] == old["messages"][:-1]
        assert [(tmp_path / path).resolve() for path in sample["images"]] == [(data / path).resolve() for path in old["images"]]
        if sample["task"] != "driving/plan":
            assert sample == {**old, "images": sample["images"]}
    for sample in plans:
        old, said = answer(before[sample["id"]]), answer(sample)
        # Of x ten metres are the head's one, of y three: -0.003 m is written as the runtime writes it, without a sign.
        assert said["poses"] == [[float(pose + 1), 0.0, 0.25] for pose in range(8)]
        assert "[1.00,0.00,0.25],[2.00," in json.dumps(sample["messages"][-1]["content"])
        assert list(said) == ["speed", "path", "poses", "reason"]
        assert said["speed"] in SPEEDS and said["reason"] in REASONS and said["path"] == old["path"]
        truth = before[sample["id"]]["truth"]
        assert sample["truth"] == {**truth, "reason": old["reason"]}


def test_each_plan_of_a_frame_set_is_written_again(guided: Path, data: Path, tmp_path: Path) -> None:
    """`outrider dataset --speeds` asks for several of the same images."""
    several = []
    for sample in samples(data / "driving.jsonl"):
        images = [str(data / path) for path in sample["images"]]
        grouped = {**sample, "images": images, "meta": {**sample.get("meta", {}), "group": sample["id"]}}
        if sample["task"] == "driving/plan":
            several += [grouped, {**grouped, "id": f"{sample['id']}-at-speed-1"}]
    source = tmp_path / "several.jsonl"
    source.write_text("".join(f"{json.dumps(sample)}\n" for sample in several))
    assert spell(read_recipe(RECIPE, ["threads=1"]), guided, source, tmp_path / "spelled.jsonl") == len(several)
    plans = [sample for sample in samples(tmp_path / "spelled.jsonl") if sample["task"] == "driving/plan"]
    assert any("at-speed" in plan["id"] for plan in plans)
    assert {json.dumps(answer(plan)["poses"]) for plan in plans} == {json.dumps([[p + 1.0, 0.0, 0.25] for p in range(8)])}


def test_a_training_reads_them_and_heads_go_on_being_told_the_truth(guided: Path, data: Path, tmp_path: Path) -> None:
    spell(read_recipe(RECIPE, ["threads=1"]), guided, data / "driving.jsonl", tmp_path / "spelled.jsonl")
    assert list(read_records(tmp_path / "spelled.jsonl"))
    told = []
    for folder, name in ((data, "driving.jsonl"), (tmp_path, "spelled.jsonl")):
        plans = [sample for sample in samples(folder / name) if sample["task"] == "driving/plan"]
        aims = aims_of(plans, [(plan, place) for place, plan in enumerate(plans)], torch.zeros(0, dtype=torch.long), [], 14, 2)
        rows = zip(plans, aims.poses.tolist(), aims.words.tolist(), strict=True)
        told.append({plan["id"]: (*pose, *word) for plan, pose, word in rows})
    assert told[1] == {name: told[0][name] for name in told[1]}


def test_shares_make_the_whole_and_have_no_frame_set_in_common(guided: Path, data: Path, tmp_path: Path) -> None:
    shares = []
    for part in ("1/2", "2/2", "1/1"):
        out = tmp_path / part.replace("/", "-")
        words = ["spell", str(RECIPE), "--model", str(guided), "--data", str(data / "driving.jsonl"), "--out", str(out)]
        assert main([*words, "--part", part, "--set", "threads=1"]) == 0
        shares.append({sample["id"]: sample for sample in samples(out)})
    first, second, whole = shares
    assert first and second and not first.keys() & second.keys()
    assert {**first, **second} == whole


@pytest.mark.parametrize("part", ["0/2", "3/2", "2", "a/b", "-1/2"])
def test_a_share_that_is_none_is_refused(part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["spell", str(RECIPE), "--model", "m", "--data", "d", "--out", str(tmp_path / "o"), f"--part={part}"]
    assert main(words) == 2
    assert "PART_UNKNOWN" in capsys.readouterr().err


def test_a_checkpoint_without_heads_is_refused(nano: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="GUIDES_MISSING"):
        spell(read_recipe(RECIPE, []), nano, data / "driving.jsonl", tmp_path / "spelled.jsonl")
