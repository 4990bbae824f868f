"""Runs a stage: checks, training, the checkpoint that the runtime compiles, pictures."""

import json
import platform
import time
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from PIL import Image
from torch.nn.functional import cross_entropy
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor, TrainerCallback, set_seed
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

from . import launch
from .checkpoint import FINAL, RUN_FILE, begin, check_start, copy_companions
from .checks import Pixels, Prepared, as_row, check, check_rewards
from .guides import Guides
from .guides import total as guided_loss
from .memory import plan
from .optimizers import MuonWithAdamW, parameter_groups
from .recipe import Recipe
from .records import gather, in_groups
from .rewards import RewardMeter, build_reward, trl_reward
from .sharing import IGNORED, Blanks, GroupCollator
from .spans import NAME as SPANS
from .spans import masks_of
from .tower import quicken
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


def dataset(samples: list[Prepared], recipe: Recipe) -> Dataset:
    """Rows that become prompt, completion (or truth) and decoded images when they are read."""

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

    if recipe.data.share_prefix:
        groups = [[samples[index] for index in group] for group in in_groups([sample.record for sample in samples])]
        rows = Dataset.from_dict({"row": [json.dumps([json.loads(as_row(sample)) for sample in group]) for group in groups]})
        # `images` tells TRL that there are some, and nothing else: the collator reads them.
        return rows.with_transform(lambda read: {"group": [json.loads(row) for row in read["row"]], "images": read["row"]})
    return Dataset.from_dict({"row": [as_row(sample) for sample in samples]}).with_transform(read)


def arguments(recipe: Recipe, out: Path, *, cpu: bool, evaluates: bool) -> SFTConfig | GRPOConfig:
    low = recipe.model.dtype == "bfloat16"
    schedule = recipe.schedule
    decay = {"num_decay_steps": round(schedule.decay_share * schedule.steps)}
    common: dict[str, Any] = {
        "output_dir": str(out),
        "max_steps": schedule.steps,
        "warmup_steps": schedule.warmup_steps,
        "lr_scheduler_type": schedule.shape,
        "lr_scheduler_kwargs": decay if schedule.shape == "warmup_stable_decay" else {},
        "learning_rate": recipe.optimizer.learning_rate,
        "weight_decay": recipe.optimizer.weight_decay,
        "adam_beta1": recipe.optimizer.betas[0],
        "adam_beta2": recipe.optimizer.betas[1],
        "max_grad_norm": recipe.optimizer.max_gradient_norm,
        "per_device_train_batch_size": recipe.batch.per_process,
        "per_device_eval_batch_size": recipe.batch.per_process,
        "gradient_accumulation_steps": recipe.batch.accumulation,
        "logging_steps": recipe.logging.every,
        "save_steps": recipe.logging.save_every,
        "save_total_limit": recipe.logging.keep,
        "eval_strategy": "steps" if evaluates else "no",
        "eval_steps": recipe.logging.evaluate_every,
        "report_to": list(recipe.logging.report_to),
        "seed": recipe.seed,
        "data_seed": recipe.seed,
        "use_cpu": cpu,
        "bf16": low,
        "dataloader_num_workers": recipe.data.workers,
        "dataloader_pin_memory": not cpu,
        "remove_unused_columns": False,
        **launch.sharding_arguments(recipe),
    }
    if recipe.grpo is None:
        # None: a cut sample would leave image features without their tokens; checks.py refuses long ones instead.
        return SFTConfig(**common, max_length=None)
    grpo = recipe.grpo
    return GRPOConfig(
        **common,
        num_generations=grpo.generations,
        max_completion_length=grpo.max_answer_tokens,
        temperature=grpo.temperature,
        top_p=grpo.top_p,
        beta=grpo.beta,
        epsilon=grpo.clip_low,
        epsilon_high=grpo.clip_high,
        loss_type=grpo.loss,
        reward_weights=[reward.weight for reward in recipe.rewards],
        use_vllm=grpo.vllm != "none",
        vllm_mode="server" if grpo.vllm == "server" else "colocate",
    )


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


class _WithMuon:
    """Trainer's own way to an optimizer, for Muon: `optimizers=` is refused under FSDP."""

    recipe: Recipe

    def create_optimizer(self, model: Any = None) -> Any:
        if self.recipe.optimizer.name != "muon" or self.optimizer is not None:
            return super().create_optimizer(model)
        optimizer = self.recipe.optimizer
        named = (self.model if model is None else model).named_parameters()
        groups = parameter_groups(named, muon=True, weight_decay=optimizer.weight_decay)
        self.optimizer = MuonWithAdamW(groups, lr=optimizer.learning_rate, betas=optimizer.betas)
        return self.optimizer


class _Sft(_WithMuon, SFTTrainer):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Losses of the guides since they were last logged.
        self.guided: dict[str, list[float]] = {}

    def log(self, logs: dict[str, float], *args: Any) -> None:
        means = {f"guide {name}": round(sum(values) / len(values), 4) for name, values in self.guided.items()}
        self.guided.clear()
        super().log({**logs, **means}, *args)

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Mean over all answers' tokens of the batch. TRL's own also measures entropy and accuracy, which takes time."""
        if "spans" not in inputs:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        labels, spans, aims = inputs.pop("labels"), inputs.pop("spans"), inputs.pop("aims", None)
        answer = labels != IGNORED
        outputs = model(
            **inputs,
            # Each layer is given spans instead: a mask would be as long as the batch is, squared.
            attention_mask={"full_attention": None},
            spans=spans,
            span_masks=masks_of(spans, labels.device),
            use_cache=False,
            # The output layer is as large as several others: only where an answer's token follows.
            logits_to_keep=torch.cat([answer[:, 1:], answer.new_zeros(1, 1)], dim=1),
        )
        total = cross_entropy(outputs.logits.float(), labels[answer], reduction="sum")
        loss = total / (answer.sum() if num_items_in_batch is None else num_items_in_batch)
        if num_items_in_batch is not None and self.args.average_tokens_across_devices:
            # It counts all processes' tokens, and gradients are averaged over them.
            loss = loss * self.accelerator.num_processes
        if aims is not None and model.training:
            losses = model.guides(aims)
            for name, value in losses.items():
                self.guided.setdefault(name, []).append(float(value.detach()))
            loss = loss + self.recipe.guides.weight * guided_loss(losses) / self.args.gradient_accumulation_steps
        return (loss, outputs) if return_outputs else loss


class _Grpo(_WithMuon, GRPOTrainer):
    pass


class _Printer(TrainerCallback):
    """Each reward on a line of its own: TRL's one long line hides the one that is constant."""

    def __init__(self, meters: list[RewardMeter]) -> None:
        self.meters = meters

    def on_log(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            for meter in self.meters:
                if meter.history:
                    print(f"  step {state.global_step} reward {meter.name}: {meter.history[-1]}", flush=True)


class _Deadline(TrainerCallback):
    """Ends a training after so many minutes, at a checkpoint from which --resume goes on."""

    def __init__(self, minutes: float) -> None:
        self.seconds = minutes * 60
        self.passed = False

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.begun = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if time.monotonic() - self.begun > self.seconds and state.global_step < state.max_steps:
            self.passed = control.should_save = control.should_training_stop = True


@dataclass(frozen=True)
class Outcome:
    """`final` None: out of time, to be resumed."""

    final: Path | None
    history: list[dict[str, Any]]
    meters: list[RewardMeter]
    held_out: list[Prepared]
    is_main: bool


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
    training, held_out = gather(recipe.data.sources, places.data, recipe.data.held_out)
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
    if recipe.guides is not None:
        text = model.model.language_model
        model.guides = Guides(text, text.config.hidden_size, recipe.guides.cells_layer, recipe.guides.plan_layer)
    frozen = freeze(model, recipe.tuning.freeze)
    if is_main and frozen:
        print(f"frozen: {frozen / 1e6:.2f} M parameters")
    meters = [RewardMeter(name, recipe.grpo.constant_patience) for name in judges] if recipe.grpo else []
    deadline = _Deadline(recipe.schedule.minutes) if recipe.schedule.minutes else None
    shared: dict[str, Any] = {
        "model": model,
        "args": args,
        "train_dataset": dataset(samples, recipe),
        "eval_dataset": dataset(held, recipe) if held else None,
        "processing_class": processor,
        "peft_config": lora_config(recipe.tuning),
        "callbacks": [_Printer(meters), *([deadline] if deadline else [])],
    }
    if recipe.grpo is None:
        blanks = Blanks(recipe.data.images == "blank", recipe.data.blank_views)
        guided = recipe.guides is not None
        collator = GroupCollator(processor, blanks, guided=guided) if recipe.data.share_prefix else None
        trainer: Any = _with_recipe(_Sft, recipe)(**shared, data_collator=collator)
    else:
        funcs = [trl_reward(name, judges[name], meter) for name, meter in zip(judges, meters, strict=True)]
        trainer = _with_recipe(_Grpo, recipe)(**shared, reward_funcs=funcs)
    launch.assert_sharded(recipe.distribution.sharding, trainer.accelerator)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    final = None if deadline and deadline.passed else export(trainer, start, places.out / FINAL, recipe)
    return Outcome(final, trainer.state.log_history, meters, held, is_main)


def _with_recipe(kind: type, recipe: Recipe) -> type:
    return type(kind.__name__, (kind,), {"recipe": recipe})


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
            del trainer.model.guides
        trainer.save_model(str(final))
    if trainer.args.process_index == 0:
        copy_companions(start, final)
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
