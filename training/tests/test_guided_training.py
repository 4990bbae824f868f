"""Trainings with guides, of a few steps: they resume, hand on what they learnt, and differ in no process."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import RECIPES
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoModelForImageTextToText

from outrider_training.errors import TrainingError
from outrider_training.recipe import read_recipe
from outrider_training.runner import Places, add_guides, train

SMALL = ["schedule.warmup_steps=1", "batch.per_process=2", "data.held_out=2", "threads=1", "logging.every=1"]
SMALL += ["logging.evaluate_every=2", "logging.save_every=2", "batch.accumulation=2"]


def test_a_head_that_the_stage_before_had_not_begins_from_nothing(nano: Path, tmp_path: Path) -> None:
    stage = read_recipe(RECIPES / "2-driving-sft.yaml", [])
    model = AutoModelForImageTextToText.from_pretrained(nano)
    add_guides(model, nano, stage)
    known = {name: value for name, value in model.guides.state_dict().items() if not name.startswith(("written", "marked"))}
    torch.save(known, tmp_path / "guides.pt")
    other = AutoModelForImageTextToText.from_pretrained(nano)
    add_guides(other, tmp_path, stage)
    assert all(torch.equal(other.guides.state_dict()[name], value) for name, value in known.items())


def test_a_guided_training_resumes_and_leaves_no_guides_behind(nano: Path, data: Path, tmp_path: Path) -> None:
    stage = read_recipe(RECIPES / "2-driving-sft.yaml", [*SMALL, "schedule.steps=4"])
    assert stage.data.ask
    places = Places(nano, data, tmp_path / "run")
    paused = train(stage.model_copy(update={"schedule": stage.schedule.model_copy(update={"minutes": 1e-6})}), places)
    assert paused.final is None
    outcome = train(stage, places, resume=True)
    assert outcome.final is not None
    logged = {key for entry in outcome.history for key in entry}
    assert {"guide plan", "guide label", "number distance"} <= logged
    with safe_open(outcome.final / "model.safetensors", "pt") as weights:
        assert not [name for name in weights.keys() if "guides" in name]  # noqa: SIM118


def test_a_tower_stage_moves_what_is_below_the_guides_and_hands_them_on(nano: Path, data: Path, tmp_path: Path) -> None:
    small = [*SMALL, "schedule.steps=3", "batch.accumulation=1", "data.sources=[{path: driving.jsonl}]"]
    outcome = train(read_recipe(RECIPES / "0-tower.yaml", small), Places(nano, data, tmp_path / "tower"))
    assert outcome.final is not None
    before, after = _weights(nano), _weights(outcome.final)
    assert before.keys() == after.keys()
    same = {name: torch.equal(values, after[name]) for name, values in before.items()}
    assert not same["visual.blocks.0.attn.qkv.weight"]
    assert same["model.layers.5.mlp.up_proj.weight"]
    rooms = read_recipe(RECIPES / "1-embodied-sft.yaml", [*SMALL, "schedule.steps=2"])
    between = train(rooms, Places(outcome.final, data, tmp_path / "rooms"))
    assert between.final is not None
    stage = read_recipe(RECIPES / "2-driving-sft.yaml", [*SMALL, "schedule.steps=2"])
    resumed = train(stage, Places(between.final, data, tmp_path / "driving"))
    assert resumed.final is not None
    handed = torch.load(outcome.final / "guides.pt")
    kept = torch.load(resumed.final / "guides.pt")
    # Two steps further, and not from anew.
    assert (
        torch.nn.functional.cosine_similarity(handed["cells.1.weight"].flatten(), kept["cells.1.weight"].flatten(), dim=0) > 0.9
    )


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    """By their published names, whichever they were saved under."""
    found = load_file(folder / "model.safetensors")
    return {name.replace("model.visual", "visual").replace("model.language_model", "model"): v for name, v in found.items()}


EACH_ITS_OWN = """
import sys
import torch
from pathlib import Path
from outrider_training import runner
from outrider_training.recipe import read_recipe

recipe, model, data, out, *settings = sys.argv[1:]
runner.export = lambda trainer, start, final, recipe: torch.save(
    trainer.model.state_dict(), final.parent / f"{trainer.args.process_index}.pt"
)
runner.train(read_recipe(recipe, settings), runner.Places(Path(model), Path(data), Path(out)))
"""


@pytest.mark.parametrize("name", ["0-tower", "2-driving-sft"])
def test_two_processes_learn_the_same_from_guides(name: str, nano: Path, data: Path, tmp_path: Path) -> None:
    script = tmp_path / "each.py"
    script.write_text(EACH_ITS_OWN)
    small = [*SMALL, "schedule.steps=3", "data.held_out=0", "distribution.world_size=2", "data.sources=[{path: driving.jsonl}]"]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", str(script)]
    command += [str(RECIPES / f"{name}.yaml"), str(nano), str(data), str(tmp_path / "run"), *small]
    done = subprocess.run(command, cwd=RECIPES.parent, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    one, other = (torch.load(tmp_path / "run" / f"{rank}.pt") for rank in (0, 1))
    assert one.keys() == other.keys() and "guides.plan.3.weight" in one
    assert all(torch.equal(values, other[key]) for key, values in one.items())
    before = _weights(nano)["visual.blocks.0.attn.qkv.weight"]
    assert not torch.equal(one["model.visual.blocks.0.attn.qkv.weight"], before)


LORA = "tuning={method: lora, freeze: [], lora: {rank: 4, alpha: 8, dropout: 0.0, targets: x}}"


@pytest.mark.parametrize(
    "override",
    ["data.share_prefix=false", "data.images=blank", "distribution.sharding=fsdp2", LORA],
    ids=lambda text: text.split("=")[0],
)
def test_guides_are_refused_where_they_would_learn_nothing_or_apart(override: str) -> None:
    with pytest.raises(TrainingError, match="guides"):
        read_recipe(RECIPES / "2-driving-sft.yaml", ["data.blank_views=0", "data.drifting_plans=0", "data.ask={}", override])
