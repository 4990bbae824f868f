"""Runs a stage: checks, training, the checkpoint that the runtime compiles, pictures."""

import json
import platform
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from PIL import Image
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor, set_seed

from . import launch
from .arguments import arguments
from .callbacks import Deadline, Printer
from .checkpoint import FINAL, GUIDES_FILE, RUN_FILE, begin, check_start, copy_companions
from .checks import Pixels, Prepared, as_row, check, check_rewards
from .drifting import Drifts
from .errors import TrainingError
from .guides import PERCEPTION, PLAN, Guides, attach
from .held_out import HeldOutRewards
from .memory import plan
from .recipe import Recipe
from .records import Record, asked, gather, in_groups
from .rewards import RewardMeter, build_reward, trl_reward
from .sharing import Blanks, GroupCollator
from .spans import NAME as SPANS
from .tower import quicken
from .trainers import Grpo, Sft, Tower, with_recipe
from .tuning import freeze, lora_config


@dataclass(frozen=True)
class Places:
    """`model`: checkpoint to begin from; `data`: folder of the recipe's sources; `out`: everything that comes of it."""

    model: Path
    data: Path
    out: Path


def load_processor(folder: Path, recipe: Recipe) -> tuple[Any, Pixels]:
    """The processor with the recipe's limit on pixels, and the same numbers for the checks."""
    # TRL's GRPO pads prompts left, and images' places as the tokenizer does: on the other side, prompts of unequal length
    # would get the places of images wrong, mostly without an error.
    processor = AutoProcessor.from_pretrained(folder, padding_side="left")
    image = processor.image_processor
    size = {key: image.size[key] for key in ("shortest_edge", "longest_edge")}
    size["longest_edge"] = min(size["longest_edge"], recipe.data.max_pixels_per_image)
    image.size = size
    return processor, Pixels(size["shortest_edge"], size["longest_edge"], image.patch_size * image.merge_size)


def dataset(samples: list[Prepared], recipe: Recipe, shares: dict[str, float] | None = None) -> Dataset:
    """Rows that become prompt, completion (or truth) and decoded images when they are read. `shares`: how often a task is
    asked for, as Data.ask; without them always."""

    def read(rows: dict[str, list[str]]) -> dict[str, list[Any]]:
        read_rows = [json.loads(row) for row in rows["row"]]
        columns: dict[str, list[Any]] = {
            "prompt": [row["messages"][:-1] for row in read_rows],
            "images": [[Image.open(path).convert("RGB") for path in row["images"]] for row in read_rows],
        }
        if recipe.method == "sft":
            # As prompt and completion the loss is on the answer alone, without the {% generation %} marks that
            # assistant_only_loss wants in the chat template, and which ours does not have.
            return {**columns, "completion": [row["messages"][-1:] for row in read_rows]}
        return {
            **columns,
            "truth": [json.dumps(row["truth"]) for row in read_rows],
            "sample_id": [row["id"] for row in read_rows],
        }

    if recipe.data.share_prefix and recipe.method != "grpo":
        times: Counter[str] = Counter()
        rows = []
        for group in ([samples[index] for index in indices] for indices in in_groups([sample.record for sample in samples])):
            records = [sample.record for sample in group]
            times[records[0].group] += 1
            chosen = asked(records, shares or {}, times[records[0].group])
            rows.append(json.dumps({"group": [json.loads(as_row(sample)) for sample in group], "asked": chosen}))

        def unpacked(read: dict[str, list[str]]) -> dict[str, list[Any]]:
            made = [json.loads(row) for row in read["row"]]
            # `images` tells TRL that there are some, and nothing else: the collator reads them.
            return {"images": read["row"], **{key: [row[key] for row in made] for key in ("group", "asked")}}

        return Dataset.from_dict({"row": rows}).with_transform(unpacked)
    return Dataset.from_dict({"row": [as_row(sample) for sample in samples]}).with_transform(read)


def load_model(folder: Path, recipe: Recipe) -> Any:
    # Full tuning needs weights in float32, which bfloat16 is too coarse to add small steps to: FSDP2 and ZeRO keep them
    # so by themselves, otherwise the model is loaded so and computes in bfloat16 under autocast.
    master = recipe.tuning.method == "full" and recipe.distribution.sharding == "none"
    model = AutoModelForImageTextToText.from_pretrained(
        folder,
        dtype=torch.float32 if master else getattr(torch, recipe.model.dtype),
        attn_implementation=_attention(recipe),
    )
    quicken(model)
    # Published checkpoints have other names, which transformers would save again, and Trainer resumes by name without
    # being strict: it would go on from the start's weights with the checkpoint's optimizer.
    model.save_pretrained = partial(model.save_pretrained, save_original_format=False)
    return model


def _attention(recipe: Recipe) -> str | dict[str, str]:
    attention = recipe.model.attention
    return {"text_config": SPANS, "vision_config": attention} if recipe.data.share_prefix else attention


@dataclass(frozen=True)
class Outcome:
    """`final` None: out of time, to be resumed."""

    final: Path | None
    history: list[dict[str, Any]]
    meters: list[RewardMeter]
    held_out: list[Prepared]
    is_main: bool
    # Of a stage that is trained on rewards, if it was evaluated.
    held_out_rewards: HeldOutRewards | None = None


def train(recipe: Recipe, places: Places, *, resume: bool = False) -> Outcome:
    """Trains a stage to its end, or from its last checkpoint on. Raises TrainingError before the first step."""
    cpu = not torch.cuda.is_available()
    if cpu:
        torch.set_num_threads(recipe.threads)
    start = check_start(places.model)
    launch.assert_sharding(recipe, cpu=cpu)
    places.out.mkdir(parents=True, exist_ok=True)
    checkpoint = begin(places.out, recipe, resume=resume)
    set_seed(recipe.seed)

    processor, pixels = load_processor(start, recipe)
    training, held_out = gather(recipe.data.sources, places.data, recipe.data.held_out, recipe.data.emphasis)
    if recipe.method == "tower":
        training, held_out = (describing(records) for records in (training, held_out))
    samples, report = check(training, recipe, processor, pixels)
    held, _ = check(held_out, recipe, processor, pixels) if held_out else ([], None)
    judges = {choice.name: build_reward(choice.name, choice.settings) for choice in recipe.rewards}
    judged = check_rewards(samples, judges) if judges else {}

    # Before the model: ZeRO-3 loads weights in shards only once the arguments are there.
    args = arguments(recipe, places.out, cpu=cpu, evaluates=bool(held))
    launch.assert_world_size(recipe.distribution.world_size, args.world_size)
    if cpu and recipe.distribution.sharding == "fsdp2":
        launch.allow_fsdp_on_cpu()
    is_main = args.process_index == 0
    if is_main:
        print(report)
        for name, count in judged.items():
            print(f"reward {name} judges {count} samples")
        print(plan(recipe, AutoConfig.from_pretrained(start)))
        print(f"resuming from {checkpoint}" if checkpoint else f"starting from {start}", flush=True)
        describe(recipe, places)

    model = load_model(start, recipe)
    unused = add_guides(model, start, recipe)
    frozen = freeze(model, recipe.tuning.freeze)
    if is_main and frozen:
        print(f"frozen: {frozen / 1e6:.2f} M parameters")
    meters = [RewardMeter(name, recipe.grpo.constant_patience) for name in judges] if recipe.grpo else []
    deadline = Deadline(recipe.schedule.minutes) if recipe.schedule.minutes else None
    shared: dict[str, Any] = {
        "model": model,
        "args": args,
        "train_dataset": dataset(samples, recipe, recipe.data.ask),
        "eval_dataset": dataset(held, recipe) if held else None,
        "processing_class": processor,
        "peft_config": lora_config(recipe.tuning),
        "callbacks": [Printer(meters), *([deadline] if deadline else [])],
    }
    if recipe.grpo is None:
        blanks = Blanks(recipe.data.images == "blank", recipe.data.blank_views)
        guided = recipe.guides is not None
        kind, answers = (Tower, False) if recipe.method == "tower" else (Sft, True)
        drifts = Drifts(recipe.data.drifting_plans)
        collator = GroupCollator(processor, blanks, guided=guided, answers=answers, drifts=drifts)
        trainer: Any = with_recipe(kind, recipe)(**shared, data_collator=collator if recipe.data.share_prefix else None)
    else:
        funcs = [trl_reward(name, judges[name], meter) for name, meter in zip(judges, meters, strict=True)]
        trainer = with_recipe(Grpo, recipe)(**shared, reward_funcs=funcs, meters=meters)
    launch.assert_sharded(recipe.distribution.sharding, trainer.accelerator)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if unused:
        model.model.language_model.layers.extend(unused)
    final = None if deadline and deadline.passed else export(trainer, start, places.out / FINAL, recipe)
    rewarded = trainer.held_out if recipe.grpo and held else None
    return Outcome(final, trainer.state.log_history, meters, held, is_main, rewarded)


def describing(records: list[Record]) -> list[Record]:
    """Those that guides take their aims from: what images show, and plans. Raises DATA_TOO_SMALL."""
    found = [record for record in records if record.task in (PERCEPTION, PLAN)]
    if records and not any(record.task == PERCEPTION for record in found):
        raise TrainingError(
            "DATA_TOO_SMALL", f"samples of {PERCEPTION}, which tell a tower what it sees", f"none of {len(records)}"
        )
    return found


def add_guides(model: Any, start: Path, recipe: Recipe) -> list[Any]:
    """With what they learnt in the stage before. Gives the layers above them where these are taken out of the training."""
    if recipe.guides is None:
        return []
    text = model.model.language_model
    guides = Guides(text, text.config.hidden_size, recipe.guides.cells_layer, recipe.guides.plan_layer)
    if (start / GUIDES_FILE).is_file():
        # A head that is newer than the stage before begins from nothing; one that is not known any more is refused.
        guides.load_state_dict({**guides.state_dict(), **torch.load(start / GUIDES_FILE)})
    attach(model, guides, answers=recipe.method != "tower")
    if recipe.method != "tower":
        return []
    highest = max(recipe.guides.cells_layer, recipe.guides.plan_layer)
    above = list(text.layers[highest:])
    text.layers = text.layers[:highest]
    return above


def export(trainer: Any, start: Path, final: Path, recipe: Recipe) -> Path:
    """The folder that `outrider compile` takes: whole weights, adapters merged, the start's tokenizer and template."""
    if recipe.tuning.lora is not None:
        adapter = final.parent / "adapter"
        trainer.save_model(str(adapter))
        if trainer.args.process_index == 0:
            from peft import PeftModel

            merged = PeftModel.from_pretrained(load_model(start, recipe), adapter).merge_and_unload()
            merged.save_pretrained(final)
    else:
        if recipe.guides is not None:
            guides = trainer.model.guides
            del trainer.model.guides
        trainer.save_model(str(final))
        if recipe.guides is not None and trainer.args.process_index == 0:
            torch.save(guides.state_dict(), final / GUIDES_FILE)
    if trainer.args.process_index == 0:
        copy_companions(start, final)
        if recipe.guides is None and (start / GUIDES_FILE).is_file():
            # A stage without guides stands between two that have them.
            shutil.copyfile(start / GUIDES_FILE, final / GUIDES_FILE)
        # Trainer's own notes; they would be taken for a part of the checkpoint.
        (final / "training_args.bin").unlink(missing_ok=True)
    trainer.accelerator.wait_for_everyone()
    return final


_PACKAGES = ("torch", "transformers", "trl", "accelerate", "peft")


def describe(recipe: Recipe, places: Places) -> None:
    """Writes what decides the run: whoever repeats it needs these, and nothing else."""
    (places.out / RUN_FILE).write_text(
        json.dumps(
            {
                "recipe": recipe.model_dump(mode="json"),
                "model": str(places.model),
                "data": str(places.data),
                "python": platform.python_version(),
                "packages": {name: version(name) for name in _PACKAGES},
            },
            indent=2,
        )
        + "\n"
    )
