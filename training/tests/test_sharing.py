"""What is computed together is what would be computed apart: tokens, places, losses, gradients."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import RECIPES
from PIL import Image
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import AutoModelForImageTextToText, AutoProcessor
from trl.trainer.sft_trainer import DataCollatorForVisionLanguageModeling

from outrider_training.errors import TrainingError
from outrider_training.pixels import Patches
from outrider_training.recipe import read_recipe
from outrider_training.records import Record, gather, in_groups
from outrider_training.runner import Places, train
from outrider_training.sharing import IGNORED, Blanks, GroupCollator, encode, pack, rope_positions
from outrider_training.spans import NAME, Span, masks_of, visible
from outrider_training.tower import BatchedWindows, quicken

SIZES = ((448, 252), (140, 84), (112, 56))


@pytest.fixture(scope="module")
def processor(nano: Path) -> Any:
    return AutoProcessor.from_pretrained(nano, padding_side="left")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder, dice = tmp_path_factory.mktemp("pictures"), random.Random(1)
    paths = []
    for index, (width, height) in enumerate(SIZES):
        small = Image.frombytes("RGB", (width // 28, height // 28), dice.randbytes(3 * (width // 28) * (height // 28)))
        paths.append(str(folder / f"{index}.png"))
        small.resize((width, height)).save(paths[-1])
    return paths


def sample(pictures: list[str], question: str, answer: str) -> dict[str, Any]:
    content = [*({"type": "image"} for _ in pictures), {"type": "text", "text": f"Speed: 5.20 m/s.\n{question}"}]
    system = {"role": "system", "content": [{"type": "text", "text": "You are a helpful assistant."}]}
    messages = [system, {"role": "user", "content": content}, {"role": "assistant", "content": answer}]
    return {"id": question, "messages": messages, "images": pictures}


@pytest.fixture(scope="module")
def groups(pictures: list[str]) -> list[dict[str, Any]]:
    plan = sample(pictures, "Plan the next 4 s.", '{"speed":"keep","poses":[[2.51,0.02,0.01]]}')
    see = sample(pictures, "Describe the scene.", '{"objects":[{"view":"front"}]}')
    will = sample(pictures, "What will each do?", "{}")
    alone = sample(pictures[1:], "Is it red?", "yes")
    return [{"group": [plan, see, will]}, {"group": [alone]}, {"group": [see, plan]}]


def apart(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"group": [one]} for row in groups for one in row["group"]]


def test_patches_are_those_of_the_processor(pictures: list[str], processor: Any, tmp_path: Path) -> None:
    odd = tmp_path / "odd.png"
    Image.open(pictures[0]).resize((200, 90)).save(odd)
    for path in [*pictures, str(odd)]:
        wanted = processor.image_processor(images=[Image.open(path)], return_tensors="pt")
        found, grid = Patches(processor.image_processor)(path)
        assert list(grid) == wanted["image_grid_thw"][0].tolist()
        assert torch.allclose(found, wanted["pixel_values"], atol=2e-6)


def test_tokens_labels_and_places_of_a_single_sample_are_those_of_trl_and_transformers(
    groups: list[dict[str, Any]], processor: Any, nano: Path
) -> None:
    model = AutoModelForImageTextToText.from_pretrained(nano)
    for row in apart(groups):
        (one,) = row["group"]
        found = GroupCollator(processor)([row])
        images = [Image.open(path) for path in one["images"]]
        example = {"prompt": one["messages"][:-1], "completion": one["messages"][-1:], "images": images}
        wanted = DataCollatorForVisionLanguageModeling(processor, completion_only_loss=True)([copy.deepcopy(example)])
        assert torch.equal(found["input_ids"], wanted["input_ids"])
        assert torch.equal(found["labels"], wanted["labels"])
        assert torch.equal(found["image_grid_thw"], wanted["image_grid_thw"])
        places, _ = model.model.get_rope_index(
            wanted["input_ids"], mm_token_type_ids=wanted["mm_token_type_ids"], image_grid_thw=wanted["image_grid_thw"]
        )
        assert torch.equal(found["position_ids"], places)


def test_a_group_keeps_each_samples_places_and_labels(groups: list[dict[str, Any]], processor: Any) -> None:
    row = groups[0]
    merge, image = processor.image_processor.merge_size, processor.image_token_id
    grids = [(1, height // 14, width // 14) for width, height in SIZES]
    encoded = [encode(one["messages"], grids, processor) for one in row["group"]]
    packed = pack(encoded, grids, image, merge)
    for one, (start, end) in zip(encoded, Span(0, packed.prefix, packed.ends).branches, strict=True):
        way = torch.cat([torch.arange(packed.prefix), torch.arange(start, end)])
        assert torch.equal(packed.ids[way], one.ids)
        assert torch.equal(packed.positions[:, way], rope_positions(one.ids, grids, image, merge))
        learnt = packed.labels[way]
        assert bool((learnt[: one.prompt] == IGNORED).all()) and torch.equal(learnt[one.prompt :], one.ids[one.prompt :])
        # The first token of an answer follows the token that foretells it.
        assert start < end - (len(one.ids) - one.prompt)
    assert len(packed.ids) < 0.5 * sum(len(one.ids) for one in encoded)


def test_the_same_prompt_twice_still_parts_before_the_answers(pictures: list[str], processor: Any) -> None:
    grids = [(1, height // 14, width // 14) for width, height in SIZES]
    twice = [encode(sample(pictures, "Plan.", answer)["messages"], grids, processor) for answer in ("keep", "keep it")]
    packed = pack(twice, grids, processor.image_token_id, 2)
    assert packed.prefix == twice[0].prompt - 1


def test_a_group_whose_prompts_differ_before_the_images_is_refused(pictures: list[str], processor: Any) -> None:
    grids = [(1, height // 14, width // 14) for width, height in SIZES]
    first, second = (sample(pictures, "Plan.", "keep")["messages"] for _ in range(2))
    second[0]["content"][0]["text"] = "Another beginning."
    with pytest.raises(ValueError, match="differ before the last of their images"):
        pack([encode(each, grids, processor) for each in (first, second)], grids, processor.image_token_id, 2)


def loss_and_gradients(model: Any, total: Tensor, tokens: int) -> tuple[float, dict[str, Tensor]]:
    model.zero_grad()
    (total / tokens).backward()
    return total.item() / tokens, {name: parameter.grad.clone() for name, parameter in model.named_parameters()}


def shared_total(model: Any, batch: dict[str, Any], mask: bool) -> Tensor:
    labels, spans = batch["labels"], batch["spans"]
    inputs = {key: value for key, value in batch.items() if key not in ("labels", "spans")}
    inputs["pixel_values"] = inputs["pixel_values"].to(model.dtype)
    if mask:
        logits = model(**inputs, attention_mask=visible(spans, labels.shape[1])[None, None]).logits
    else:
        given = {"attention_mask": {"full_attention": None}, "spans": spans, "span_masks": masks_of(spans, labels.device)}
        logits = model(**inputs, **given).logits
    return cross_entropy(logits[0, :-1], labels[0, 1:], ignore_index=IGNORED, reduction="sum")


def test_loss_and_gradients_of_groups_are_those_of_separate_samples(
    groups: list[dict[str, Any]], processor: Any, nano: Path
) -> None:
    """In double precision, so that a wrong place or a look aside cannot hide in rounding."""
    model = AutoModelForImageTextToText.from_pretrained(nano, dtype=torch.float64, attn_implementation="sdpa")
    collate = DataCollatorForVisionLanguageModeling(processor, completion_only_loss=True)
    total, tokens = torch.zeros((), dtype=torch.float64), 0
    for row in apart(groups):
        (one,) = row["group"]
        images = [Image.open(path) for path in one["images"]]
        batch = collate([{"prompt": one["messages"][:-1], "completion": one["messages"][-1:], "images": images}])
        batch["pixel_values"] = batch["pixel_values"].double()
        labels = batch.pop("labels")
        logits = model(**batch).logits
        total = total + cross_entropy(logits[0, :-1], labels[0, 1:], ignore_index=IGNORED, reduction="sum")
        tokens += int((labels != IGNORED).sum())
    wanted, wanted_gradients = loss_and_gradients(model, total, tokens)
    batch = GroupCollator(processor)(groups)
    assert int((batch["labels"] != IGNORED).sum()) == tokens
    found: dict[str, tuple[float, dict[str, Tensor]]] = {
        "mask": loss_and_gradients(model, shared_total(model, batch, mask=True), tokens)
    }
    model.set_attn_implementation({"text_config": NAME, "vision_config": "sdpa"})
    found["spans"] = loss_and_gradients(model, shared_total(model, batch, mask=False), tokens)
    quicken(model)
    assert any(isinstance(module, BatchedWindows) for module in model.modules())
    found["quickened"] = loss_and_gradients(model, shared_total(model, batch, mask=False), tokens)
    for name, (loss, gradients) in found.items():
        # Pixels are normalized in another order, in float32.
        assert loss == pytest.approx(wanted, abs=1e-6), name
        assert max((gradients[each] - wanted_gradients[each]).abs().max().item() for each in wanted_gradients) < 1e-6, name


def asked(name: str, answer: str, views: list[str]) -> dict[str, Any]:
    answers = [{"role": "assistant", "content": [{"type": "text", "text": answer}]}]
    return {"id": name, "messages": answers, "images": views, "views": views}


def test_a_dead_camera_is_neither_the_front_nor_in_an_answer() -> None:
    views = ["front", "front_left", "back"]
    groups = [[asked(f"{index}", '{"view":"front_left"}', views), asked("x", "{}", views)] for index in range(200)]
    dead = [Blanks(share=0.5).of(group) for group in groups]
    assert {index for each in dead for index in each} == {2}
    assert 70 < sum(map(len, dead)) < 130
    assert dead == [Blanks(share=0.5).of(group) for group in groups]
    assert not any(Blanks().of(group) for group in groups)
    assert all(Blanks(every=True).of(group) == {0, 1, 2} for group in groups)


def test_a_blind_training_sees_nothing_but_the_evaluations_grey(groups: list[dict[str, Any]], processor: Any) -> None:
    rows = [{"group": [{"id": "a", "views": [], **one} for one in row["group"]]} for row in groups]
    seen, blind = GroupCollator(processor)(rows), GroupCollator(processor, Blanks(every=True))(rows)
    grey = processor.image_processor(images=[Image.new("RGB", (28, 28), (128, 128, 128))], return_tensors="pt")["pixel_values"]
    assert torch.allclose(blind["pixel_values"], grey[:1].expand_as(blind["pixel_values"]), atol=2e-6)
    assert torch.equal(seen["input_ids"], blind["input_ids"]) and torch.equal(seen["labels"], blind["labels"])


def record(name: str, group: str, images: list[str]) -> Record:
    return Record(name, "task", [], images, "x:1", group=group)


def test_groups_are_neighbours_of_one_name_and_the_same_images() -> None:
    records = [record("a", "g", ["1"]), record("b", "g", ["1"]), record("c", "g", ["2"]), record("d", "h", ["2"])]
    assert in_groups(records) == [[0, 1], [2], [3]]
    # Taken twice, a group comes twice: it is not one of four.
    assert in_groups(records[:2] * 2) == [[0, 1], [2, 3]]


def grouped_data(folder: Path, source: Path, count: int) -> None:
    """Each plan asked in two ways of one set of images."""
    lines = []
    for line in (source / "driving.jsonl").read_text().splitlines():
        one = json.loads(line)
        one["images"] = [str(source / image) for image in one["images"]]
        for index in range(count):
            other = copy.deepcopy(one)
            other["id"], other["meta"] = f"{one['id']}-{index}", {"group": one["id"]}
            other["messages"][1]["content"][-1]["text"] += f" Way {index}."
            lines.append(json.dumps(other))
    for name in ("embodied", "driving"):
        named = lines if name == "driving" else [line.replace('"driving-', '"embodied-') for line in lines]
        (folder / f"{name}.jsonl").write_text("\n".join(named) + "\n")


def test_groups_are_never_parted_between_training_and_evaluation(data: Path, tmp_path: Path) -> None:
    grouped_data(tmp_path, data, 3)
    stage = read_recipe(RECIPES / "2-driving-sft.yaml", ["data.sources=[{path: driving.jsonl, take: 0.5}]"])
    training, held = gather(stage.data.sources, tmp_path, 4)
    assert len(held) == 6
    assert {one.group for one in training}.isdisjoint({one.group for one in held})
    assert sorted(map(len, in_groups(training))) == [3] * 5


SMALL = ["schedule.warmup_steps=1", "schedule.steps=2", "batch.per_process=2", "data.held_out=4", "threads=1"]
SMALL += [
    "logging.every=1",
    "logging.evaluate_every=2",
    "batch.accumulation=2",
    "tuning.method=full",
    "guides=null",
    "data.blank_views=0",
    "data.drifting_plans=0",
]


def test_a_training_that_shares_learns_what_one_without_does(nano: Path, data: Path, tmp_path: Path) -> None:
    """Groups of one: the same samples in the same order, so the same losses."""
    grouped_data(tmp_path, data, 1)
    losses = []
    for shares in ("true", "false"):
        overrides = [*SMALL, "data.ask={}", "number_distance=0", "number_weight=1", f"data.share_prefix={shares}"]
        stage = read_recipe(RECIPES / "2-driving-sft.yaml", overrides)
        history = train(stage, Places(nano, tmp_path, tmp_path / shares)).history
        losses.append([entry[key] for entry in history for key in ("loss", "grad_norm", "eval_loss") if key in entry])
    assert len(losses[0]) == 5
    assert losses[0] == pytest.approx(losses[1], rel=2e-3)


def test_numbers_weigh_what_the_recipe_says(nano: Path, data: Path, tmp_path: Path) -> None:
    """At the same weights a loss falls by the share of its numbers that is left out."""
    grouped_data(tmp_path, data, 1)
    losses = []
    for weight in (1.0, 0.5, 0.25):
        overrides = [*SMALL, "number_distance=0", f"number_weight={weight}", "data.share_prefix=true"]
        stage = read_recipe(RECIPES / "2-driving-sft.yaml", overrides)
        history = train(stage, Places(nano, tmp_path, tmp_path / str(weight))).history
        losses.append(next(entry["loss"] for entry in history if "loss" in entry))
    whole, half, quarter = losses
    assert 0 < quarter < half < whole
    assert (whole - half) / (whole - quarter) == pytest.approx(0.5 / 0.75, rel=1e-2)


def test_a_training_on_groups_takes_fewer_rows(nano: Path, data: Path, tmp_path: Path) -> None:
    grouped_data(tmp_path, data, 3)
    stage = read_recipe(RECIPES / "2-driving-sft.yaml", [*SMALL, "data.share_prefix=true"])
    history = train(stage, Places(nano, tmp_path, tmp_path / "run")).history
    # Two steps of two batches of two groups, of the 24 and a third that there are.
    epochs = [entry["epoch"] for entry in history if "loss" in entry]
    assert epochs[-1] > 0.3


@pytest.mark.parametrize(
    ("override", "found"),
    [("model.attention=flash_attention_2", "share_prefix"), ("model.attention=eager", "share_prefix")],
)
def test_sharing_is_refused_where_attention_cannot_part_branches(override: str, found: str) -> None:
    with pytest.raises(TrainingError, match="RECIPE_INVALID") as refused:
        read_recipe(RECIPES / "2-driving-sft.yaml", ["data.share_prefix=true", override])
    assert found in str(refused.value)
