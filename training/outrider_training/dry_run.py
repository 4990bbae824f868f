"""Everything of a stage but the training: the recipe, its data, how the model is spread out, and whether that fits."""

from pathlib import Path

from transformers import AutoConfig

from .checks import check, check_rewards
from .errors import TrainingError
from .memory import plan
from .recipe import read_recipe
from .records import gather
from .rewards import build_reward


def dry_run(path: Path, *, model: str | None, data: str | None, overrides: list[str]) -> str:
    """What would run. Without a model its config beside the recipe is enough; without data they are not checked.

    Raises DOES_NOT_FIT, DRY_RUN_NO_MODEL, and what reading and checking raise.
    """
    recipe = read_recipe(path, overrides)
    judges = {choice.name: build_reward(choice.name, choice.settings) for choice in recipe.rewards}
    start = Path(model or recipe.model.start or "")
    has_model = bool(model or recipe.model.start) and (start / "config.json").is_file()
    config_file = start / "config.json" if has_model else path.parent / (recipe.model.config or "")
    if not config_file.is_file():
        raise TrainingError("DRY_RUN_NO_MODEL", "--model, model.start or model.config", f"no file {config_file}")
    planned = plan(recipe, AutoConfig.from_pretrained(config_file))
    lines = [
        f"{recipe.stage}: {recipe.method}, {recipe.tuning.method}, {recipe.schedule.steps} steps of "
        f"{recipe.answers_per_step} (per process {recipe.batch.per_process} x {recipe.batch.accumulation})",
        f"memory: {planned}",
    ]
    if data:
        if not has_model:
            raise TrainingError(
                "DRY_RUN_NO_MODEL", "a checkpoint, whose tokenizer counts the data's tokens", f"none at {start}"
            )
        from .runner import load_processor

        processor, pixels = load_processor(start, recipe)
        training, held = gather(recipe.data.sources, data, recipe.data.held_out, recipe.data.emphasis)
        samples, report = check(training, recipe, processor, pixels)
        if held:
            check(held, recipe, processor, pixels)
        lines.append(f"data: {report}; {len(held)} held out")
        lines += [f"reward {name}: judges {count} samples" for name, count in check_rewards(samples, judges).items()]
    if planned.total_gb > recipe.distribution.memory_gb:
        raise TrainingError(
            "DOES_NOT_FIT",
            f"at most {recipe.distribution.memory_gb} GB a device",
            str(planned),
            "more processes, batch.per_process, activation_checkpointing, lora, or frozen parts",
        )
    return "\n".join(lines)
