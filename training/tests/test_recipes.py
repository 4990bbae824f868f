import re
from pathlib import Path

import pytest
from conftest import RECIPES

from outrider_training.dry_run import dry_run
from outrider_training.errors import TrainingError
from outrider_training.launch import assert_sharding, assert_world_size
from outrider_training.recipe import read_recipe

ALL = sorted(RECIPES.rglob("*.yaml"))
NANO = sorted(RECIPES.glob("*.yaml"))
LARGE = sorted((RECIPES / "7b").glob("*.yaml"))
FIRST = RECIPES / "1-embodied-sft.yaml"
GRPO = RECIPES / "4-grpo.yaml"


def test_there_are_four_stages_for_each_model() -> None:
    # The tower of a published checkpoint can see; the nano's has to learn it first.
    assert [path.stem for path in NANO] == ["0-tower", "1-embodied-sft", "2-driving-sft", "3-cot-sft", "4-grpo"]
    assert {path.stem for path in NANO[1:]} < {path.stem for path in LARGE}


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_value_of_a_recipe_has_its_reason(path: Path) -> None:
    values = [line for line in path.read_text().splitlines() if re.match(r"\s*(-|\w+:) *\S", line)]
    bare = [line for line in values if not re.search(r"  # \S", line)]
    assert len(values) > 30
    assert bare == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_data_of_stages_add_up(path: Path) -> None:
    sources = [source.path for source in read_recipe(path).data.sources]
    before = ["embodied.jsonl", "driving.jsonl", "cot.jsonl"]
    stage = int(path.stem[0])
    assert sources == {0: ["driving.jsonl"], 4: ["rl.jsonl", "embodied.jsonl"]}.get(stage, before[:stage])


@pytest.mark.parametrize("path", LARGE, ids=lambda path: path.stem)
def test_a_7b_recipe_dry_runs_without_its_weights_and_fits_its_gpus(path: Path) -> None:
    said = dry_run(path, model=None, data=None, overrides=[])
    assert "8306.2 M parameters" in said
    assert ("fsdp2 over" in said) == ("lora" not in path.stem)


def test_a_7b_recipe_that_does_not_fit_says_so() -> None:
    with pytest.raises(TrainingError, match="DOES_NOT_FIT"):
        dry_run(
            RECIPES / "7b" / "2-driving-sft.yaml",
            model=None,
            data=None,
            overrides=["distribution.world_size=1", "distribution.sharding=none"],
        )


@pytest.mark.parametrize("path", NANO, ids=lambda path: path.stem)
def test_a_nano_recipe_dry_runs_with_a_checkpoint_and_data(path: Path, nano: Path, data: Path) -> None:
    said = dry_run(path, model=str(nano), data=str(data), overrides=["data.held_out=2"])
    assert "5.6 M parameters" in said
    assert "2 held out" in said


@pytest.mark.parametrize(
    ("path", "override", "found"),
    [
        (FIRST, "model.strat=x", "model.strat"),
        (FIRST, "schedule.steps=none", "schedule.steps"),
        (FIRST, "schedule.warmup_steps=9999", "warmup_steps has to be below"),
        (FIRST, "method=grpo", "method grpo needs"),
        (FIRST, "tuning.method=lora", "method lora needs"),
        (FIRST, "schedule.decay_share=0", "needs decay_share"),
        (FIRST, "distribution.sharding=zero2", "Muon needs whole matrices"),
        (GRPO, "grpo.generations=7", "no whole number of groups"),
        (GRPO, "rewards=[]", "method grpo needs"),
        (GRPO, "number_distance=0.3", "in sft alone"),
        (GRPO, "number_weight=0.5", "in sft alone"),
        (FIRST, "number_weight=0", "number_weight"),
    ],
)
def test_a_recipe_that_contradicts_itself_is_refused(path: Path, override: str, found: str) -> None:
    with pytest.raises(TrainingError, match="RECIPE_INVALID") as refused:
        read_recipe(path, [override])
    assert found in str(refused.value)


@pytest.mark.parametrize("override", ["steps", "schedule.steps.more=1", "nowhere.steps=1"])
def test_an_override_that_names_no_place_is_refused(override: str) -> None:
    with pytest.raises(TrainingError, match="OVERRIDE_INVALID"):
        read_recipe(FIRST, [override])


def test_one_process_where_two_were_promised_is_refused() -> None:
    assert_world_size(2, 2)
    with pytest.raises(TrainingError, match=r"WORLD_SIZE.*2 processes"):
        assert_world_size(2, 1)


def test_sharding_that_is_known_not_to_start_is_refused() -> None:
    adamw = ["optimizer.name=adamw"]
    assert_sharding(read_recipe(FIRST, ["distribution.sharding=fsdp2", "distribution.world_size=2"]), cpu=True)
    for sharding, size in (("zero3", 2), ("fsdp2", 1)):
        recipe = read_recipe(FIRST, [*adamw, f"distribution.sharding={sharding}", f"distribution.world_size={size}"])
        with pytest.raises(TrainingError, match="SHARDING"):
            assert_sharding(recipe, cpu=True)
