"""Stage 4 with prompts computed once, beside stage 4 as TRL computes it."""

import json
from pathlib import Path

import pytest
import torch
from conftest import RECIPES
from PIL import Image

from outrider_training.errors import TrainingError
from outrider_training.recipe import read_recipe
from outrider_training.runner import Places, load_model, load_processor, train
from outrider_training.shared_prompts import Answers, saying, shared
from outrider_training.sharing import IGNORED

SMALL = [
    "threads=1",
    "schedule.warmup_steps=1",
    "schedule.steps=3",
    "batch.per_process=8",
    "batch.accumulation=2",
    "grpo.generations=4",
    "grpo.max_answer_tokens=10",
    "rewards=[{name: length, weight: 1.0, settings: {budget: 0, most: 60}}]",
    "data.held_out=2",
    "logging.every=1",
    "logging.evaluate_every=3",
]
IMAGE = 99


def test_reinforcement_with_shared_prompts_learns_what_one_without_does(nano: Path, data: Path, tmp_path: Path) -> None:
    """Prompts of unequal length, with and without images of one size; the same dice, so the same answers."""
    runs = []
    for sharing in ("true", "false"):
        stage = read_recipe(RECIPES / "4-grpo.yaml", [*SMALL, f"data.share_prefix={sharing}"])
        runs.append(train(stage, Places(nano, data, tmp_path / sharing)))
    logged = ("loss", "grad_norm", "entropy", "reward")
    shares, each = ([entry[key] for entry in run.history for key in logged if key in entry] for run in runs)
    assert len(shares) == 12
    assert shares == pytest.approx(each, rel=2e-3, abs=2e-6)


def test_answers_behind_a_prompt_that_is_computed_once_are_those_behind_one_each(nano: Path, data: Path) -> None:
    """Greedy, of prompts of unequal length, some twice and apart, some with the same words about other images."""
    recipe = read_recipe(RECIPES / "4-grpo.yaml", SMALL)
    processor, _ = load_processor(nano, recipe)
    model = load_model(nano, recipe).eval()
    sample = json.loads((data / "driving.jsonl").read_text().splitlines()[0])
    text = processor.apply_chat_template(sample["messages"][:-1], tokenize=False, add_generation_prompt=True)
    images = [Image.open(data / path).convert("RGB") for path in sample["images"]]
    upset = [each.transpose(Image.Transpose.FLIP_TOP_BOTTOM) for each in images]
    longer = text.replace("<|vision_start|>", "Look at this: <|vision_start|>", 1)
    inputs = processor(
        text=[text, longer, text, text, longer],
        images=[images, images, upset, images, images],
        padding=True,
        return_tensors="pt",
    )
    assert inputs["attention_mask"].sum(dim=1).unique().numel() == 2
    with torch.no_grad():
        plain = model.generate(**inputs, do_sample=False, max_new_tokens=8)
        prefilled: list[int] = []
        model.model.language_model.register_forward_pre_hook(
            lambda _, __, given: prefilled.append(given["inputs_embeds"].shape[0]), with_kwargs=True
        )
        assert torch.equal(saying(model, processor)(**inputs, do_sample=False, max_new_tokens=8), plain)
    assert prefilled[:2] == [3, 5]


def rows(*, other_images: bool) -> Answers:
    """Answers of one and of three tokens to one prompt, around one to a longer prompt; each of an image of two tokens."""
    ids = torch.tensor(
        [
            [0, 1, IMAGE, IMAGE, 5, 11, 0, 0],
            [1, IMAGE, IMAGE, 6, 7, 15, 16, 0],
            [0, 1, IMAGE, IMAGE, 5, 12, 13, 14],
        ]
    )
    pixels = torch.arange(24.0).view(3, 8)
    if not other_images:
        pixels[2] = pixels[0]
    return Answers(ids, (ids != 0).long(), 3, pixels.view(24, 1), torch.tensor([[1, 2, 4]] * 3), [1, 1, 1])


def test_answers_to_one_prompt_about_one_set_of_images_share_both_wherever_they_stand() -> None:
    inputs = shared(rows(other_images=False), IMAGE, 2).inputs
    assert inputs["input_ids"].tolist() == [[1, IMAGE, IMAGE, 5, 11, 5, 12, 13, 14, 1, IMAGE, IMAGE, 6, 7, 15, 16]]
    assert inputs["labels"][inputs["labels"] != IGNORED].tolist() == [11, 12, 13, 14, 15, 16]
    assert inputs["pixel_values"].flatten().tolist() == [*range(16)]
    assert len(inputs["image_grid_thw"]) == 2


def test_the_same_words_about_other_images_share_nothing() -> None:
    inputs = shared(rows(other_images=True), IMAGE, 2).inputs
    assert len(inputs["image_grid_thw"]) == 3
    assert inputs["input_ids"].shape == (1, 19)


def test_what_is_said_of_tokens_comes_back_to_the_answers_that_have_them() -> None:
    answers = rows(other_images=False)
    made = shared(answers, IMAGE, 2)
    values = made.inputs["labels"][:, 1:].float()
    assert made.apart(values, answers).tolist() == [[11, 0, 0], [15, 16, 0], [12, 13, 14]]


@pytest.mark.parametrize(
    "override",
    ["grpo.beta=0.04", "grpo.vllm=colocate", "distribution.sharding=fsdp2", "data.blank_views=0.1", "model.attention=eager"],
)
def test_prompts_are_not_shared_where_it_would_not_be_so(override: str) -> None:
    with pytest.raises(TrainingError, match="RECIPE_INVALID"):
        read_recipe(RECIPES / "4-grpo.yaml", ["data.share_prefix=true", override])
