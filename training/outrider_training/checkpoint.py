"""Where a run stands on disk: checkpoints to resume from, and the folder that `outrider compile` takes."""

import json
import shutil
from pathlib import Path

from .errors import TrainingError
from .recipe import Recipe

FINAL = "final"
RUN_FILE = "run.json"
# Heads that the next stage goes on with; nothing that a runtime reads.
GUIDES_FILE = "guides.pt"
# Training changes none of them: they are copied to the letter, since save_pretrained writes them otherwise, and the
# chat template of a run that patched it would not be the one that the runtime was tested with.
_COMPANIONS = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
    "processor_config.json",
    "preprocessor_config.json",
    "video_preprocessor_config.json",
    "generation_config.json",
)
_NEEDED = ("config.json", "tokenizer.json", "tokenizer_config.json")


def check_start(folder: str | Path | None) -> Path:
    """Raises MODEL_MISSING for what is no checkpoint that can be trained and compiled."""
    advice = "outrider random-checkpoint --shape nano --seed 1 --out checkpoints/nano"
    if folder is None:
        raise TrainingError("MODEL_MISSING", "--model, or model.start in the recipe", "neither", advice)
    folder = Path(folder)
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not list(folder.glob("*.safetensors")):
        missing.append("*.safetensors")
    if missing:
        raise TrainingError("MODEL_MISSING", f"a Hugging Face checkpoint at {folder}", f"no {', '.join(missing)}", advice)
    return folder


def last_checkpoint(out: Path) -> Path | None:
    """The newest whole checkpoint: one that a kill cut short has no trainer_state.json, which is written last."""
    found = [
        (int(folder.name.removeprefix("checkpoint-")), folder)
        for folder in out.glob("checkpoint-*")
        if folder.name.removeprefix("checkpoint-").isdigit() and (folder / "trainer_state.json").is_file()
    ]
    return max(found)[1] if found else None


def begin(out: Path, recipe: Recipe, *, resume: bool) -> Path | None:
    """Claims a folder for a run; the checkpoint to go on from. Raises RUN_EXISTS, RESUME_OTHER_RECIPE."""
    checkpoint = last_checkpoint(out)
    if not resume:
        if checkpoint or (out / FINAL).exists():
            raise TrainingError("RUN_EXISTS", f"no run yet in {out}", "one", "add --resume to go on, or name another --out")
        return None
    if checkpoint is None:
        return None
    before = json.loads((out / RUN_FILE).read_text())["recipe"] if (out / RUN_FILE).is_file() else {}
    now = recipe.model_dump(mode="json")
    for each in (before, now):
        # When it pauses does not change what it learns either.
        each.get("schedule", {}).pop("minutes", None)
    # How a run is logged and spread out does not change what it learns.
    changed = [name for name in now if name not in ("logging", "distribution", "threads") and now[name] != before.get(name)]
    if changed:
        raise TrainingError(
            "RESUME_OTHER_RECIPE",
            f"the recipe that {checkpoint} was made with",
            f"other: {', '.join(changed)}",
            "name another --out",
        )
    return checkpoint


def copy_companions(start: Path, final: Path) -> None:
    for name in _COMPANIONS:
        if (start / name).is_file():
            shutil.copyfile(start / name, final / name)
        else:
            (final / name).unlink(missing_ok=True)
