"""Real trainings of a few steps: minutes in all on a shared core."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import RECIPES, ROOT
from safetensors.torch import load_file

from outrider_training.checkpoint import last_checkpoint
from outrider_training.errors import TrainingError
from outrider_training.held_out import change
from outrider_training.recipe import Recipe, read_recipe
from outrider_training.runner import Outcome, Places, train

SMALL = ["schedule.warmup_steps=1", "batch.per_process=2", "batch.accumulation=1", "data.held_out=0", "threads=1"]
SMALL += ["logging.every=1", "schedule.steps=2"]


def recipe(name: str, *overrides: str) -> Recipe:
    return read_recipe(RECIPES / name, [*SMALL, *overrides])


def whole_of(outcome: Outcome) -> Path:
    assert outcome.final is not None
    return outcome.final


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def changed(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name, tensor in before.items() if not torch.equal(tensor, after[name])}


@pytest.fixture(scope="module")
def as_saved(nano: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, torch.Tensor]:
    """The start's weights under the names that transformers saves."""
    from transformers import AutoModelForImageTextToText

    folder = tmp_path_factory.mktemp("saved")
    AutoModelForImageTextToText.from_pretrained(nano).save_pretrained(folder, save_original_format=False)
    return weights(folder)


def test_what_is_exported_is_the_start_but_for_the_weights(
    nano: Path, data: Path, tmp_path: Path, as_saved: dict[str, torch.Tensor]
) -> None:
    stage = recipe("1-embodied-sft.yaml", "tuning.freeze=['model.visual.*']")
    final = whole_of(train(stage, Places(nano, data, tmp_path / "run")))
    for name in (
        "tokenizer.json",
        "tokenizer_config.json",
        "processor_config.json",
        "chat_template.jinja",
        "generation_config.json",
    ):
        assert (final / name).read_bytes() == (nano / name).read_bytes()
    assert json.loads((final / "config.json").read_text())["model_type"] == "qwen2_5_vl"
    moved = changed(as_saved, weights(final))
    assert not [name for name in moved if "visual" in name]
    assert len(moved) > 20


def test_a_run_that_was_stopped_and_resumed_ends_as_one_that_was_not(nano: Path, data: Path, tmp_path: Path) -> None:
    whole = whole_of(train(recipe("2-driving-sft.yaml", "schedule.steps=4"), Places(nano, data, tmp_path / "whole")))
    stopped = tmp_path / "stopped"
    stage = recipe("2-driving-sft.yaml", "schedule.steps=4", "logging.save_every=2", "logging.keep=5")
    train(stage, Places(nano, data, stopped))
    # As a stop after the second step leaves it, and a third checkpoint that was cut short.
    for folder in (stopped / "final", stopped / "checkpoint-4"):
        subprocess.run(["rm", "-r", str(folder)], check=True)
    (stopped / "checkpoint-3").mkdir()
    assert last_checkpoint(stopped) == stopped / "checkpoint-2"
    resumed = whole_of(train(stage, Places(nano, data, stopped), resume=True))
    assert changed(weights(whole), weights(resumed)) == set()


def test_a_run_out_of_time_stops_at_a_checkpoint_and_ends_later_as_one_that_was_not(
    nano: Path, data: Path, tmp_path: Path
) -> None:
    whole = whole_of(train(recipe("2-driving-sft.yaml", "schedule.steps=3"), Places(nano, data, tmp_path / "whole")))
    places = Places(nano, data, tmp_path / "paused")
    outcome = train(recipe("2-driving-sft.yaml", "schedule.steps=3", "schedule.minutes=1.0e-6"), places)
    assert outcome.final is None and not (places.out / "final").exists()
    assert last_checkpoint(places.out) == places.out / "checkpoint-1"
    # However long the next sitting is.
    rest = whole_of(train(recipe("2-driving-sft.yaml", "schedule.steps=3"), places, resume=True))
    assert changed(weights(whole), weights(rest)) == set()


def test_a_run_is_neither_overwritten_nor_resumed_with_another_recipe(nano: Path, data: Path, tmp_path: Path) -> None:
    stage = recipe("1-embodied-sft.yaml", "schedule.steps=2", "logging.save_every=2")
    places = Places(nano, data, tmp_path / "run")
    # Resuming what never began is beginning.
    train(stage, places, resume=True)
    with pytest.raises(TrainingError, match="RUN_EXISTS"):
        train(stage, places)
    other = recipe("1-embodied-sft.yaml", "schedule.steps=2", "optimizer.learning_rate=1.0")
    with pytest.raises(TrainingError, match=r"RESUME_OTHER_RECIPE.*\n.*optimizer"):
        train(other, places, resume=True)


def test_adapters_are_merged_into_whole_weights(
    nano: Path, data: Path, tmp_path: Path, as_saved: dict[str, torch.Tensor]
) -> None:
    lora = "{rank: 2, alpha: 4, dropout: 0.0, targets: '.*language_model.*(q|v)_proj'}"
    stage = recipe("2-driving-sft.yaml", "guides=null", "tuning.method=lora", f"tuning.lora={lora}", "optimizer.name=adamw")
    final = whole_of(train(stage, Places(nano, data, tmp_path / "run")))
    moved = changed(as_saved, weights(final))
    assert {name.rsplit(".", 2)[1] for name in moved} == {"q_proj", "v_proj"}


def test_reinforcement_raises_the_reward_of_fixed_prompts(nano: Path, data: Path, tmp_path: Path) -> None:
    """Short answers: the one reward that a model which cannot speak yet earns differently each time."""
    stage = recipe(
        "4-grpo.yaml",
        "schedule.steps=12",
        "batch.per_process=16",
        "grpo.generations=8",
        "grpo.max_answer_tokens=12",
        "optimizer.learning_rate=1.0e-3",
        "rewards=[{name: length, weight: 1.0, settings: {budget: 0, most: 60}}]",
        "data.held_out=4",
        "logging.evaluate_every=12",
    )
    outcome = train(stage, Places(nano, data, tmp_path / "run"))
    (meter,) = outcome.meters
    # Held-out prompts, which are judged too, are not among them.
    means = [each.mean for each in meter.history]
    assert len(means) == 12
    assert sum(means[-4:]) / 4 > sum(means[:4]) / 4 + 0.05
    assert outcome.held_out_rewards is not None
    (begun, before), (ended, after) = outcome.held_out_rewards.evaluations
    assert (begun, ended) == (0, 12)
    assert before.keys() == after.keys() == {sample.record.id for sample in outcome.held_out}
    found = change(before, after)
    assert found is not None and found.mean > 0


def test_two_processes_learn_the_same_whole_or_sharded(nano: Path, data: Path, tmp_path: Path) -> None:
    for sharding in ("none", "fsdp2"):
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
        command += ["-m", "outrider_training", "run", str(RECIPES / "2-driving-sft.yaml"), "--model", str(nano)]
        command += ["--data", str(data), "--out", str(tmp_path / sharding)]
        overrides = [*SMALL, "guides=null", "distribution.world_size=2", f"distribution.sharding={sharding}"]
        command += [word for override in overrides for word in ("--set", override)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
    whole, sharded = weights(tmp_path / "none" / "final"), weights(tmp_path / "fsdp2" / "final")
    # FSDP writes the tied output layer a second time, which the compiler knows to be the embedding.
    assert sharded.keys() - whole.keys() <= {"lm_head.weight"}
    assert max((whole[name] - sharded[name]).abs().max().item() for name in whole) < 1e-5


def test_a_launcher_that_starts_fewer_processes_is_found_out(nano: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="WORLD_SIZE"):
        train(recipe("1-embodied-sft.yaml", "distribution.world_size=2"), Places(nano, data, tmp_path / "run"))
