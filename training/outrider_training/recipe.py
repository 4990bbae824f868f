"""A recipe: everything that decides a stage, in one YAML file. Unknown keys are refused."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import TrainingError


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Positive = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class Model(Strict):
    start: str | None = Field(None, description="checkpoint folder to begin from; `--model` names another")
    config: str | None = Field(None, description="config.json for a dry run before the weights are there; beside the recipe")
    dtype: Literal["float32", "bfloat16"] = Field(description="of weights and activations")
    attention: Literal["sdpa", "eager", "flash_attention_2"] = Field(description="how attention is computed")


class Source(Strict):
    path: str = Field(description="JSONL file, relative to `--data`")
    take: float = Field(1.0, gt=0, description="below 1: that share of it, chosen by id; above: repeated")
    held_out: bool = Field(False, description="only evaluated on, whole; its drives are left out of the other sources")


class Emphasis(Strict):
    """Frame sets of driving that come more often; what is named has to be true of them all together."""

    times: float = Field(gt=1, description="so often as others; of several that fit the most")
    reasons: list[str] = Field([], description="of the plan, one of these")
    lights: list[str] = Field([], description="states, one of which perception names")
    hard_m: float | None = Field(None, gt=0, description="constant velocity is off by this over 3 s, at least; m")

    @model_validator(mode="after")
    def _names_something(self) -> "Emphasis":
        if not (self.reasons or self.lights or self.hard_m):
            raise ValueError("expected reasons, lights or hard_m")
        return self


class Data(Strict):
    sources: list[Source] = Field(min_length=1)
    emphasis: list[Emphasis] = Field([], description="frame sets that come more often than others")
    max_pixels_per_image: Annotated[int, Field(ge=784)] = Field(description="resized to at most so many, as in the runtime")
    max_tokens: Positive = Field(description="of prompt and answer; a longer sample is refused, never cut")
    held_out: Annotated[int, Field(ge=0)] = Field(
        description="samples more, at least, of whole drives that are only evaluated on"
    )
    workers: Annotated[int, Field(ge=0)] = Field(description="processes that decode and resize images; 0: the training one")
    images: Literal["all", "blank"] = Field("all", description="blank: grey, for a planner without eyes to compare with")
    blank_views: Share = Field(
        0.0, description="of the groups, with a dead camera: one grey view that is not the front and in no answer"
    )
    drifting_plans: Share = Field(
        0.0, description="of the plans, those whose earlier poses are read a little wrong while the next ones are learnt"
    )
    share_prefix: bool = Field(
        False,
        description="samples of one `meta.group` and the same images as one sequence, a batch counts groups; "
        "grpo: answers to one prompt as one sequence, a batch counts answers",
    )
    ask: dict[str, Share] = Field(
        {},
        description="of the times that a group is in a source's take, the share in which it is asked for this task too; "
        "tasks that are not named are asked for each time. Guides are told of all answers",
    )


class Lora(Strict):
    rank: Positive
    alpha: Positive
    dropout: Share
    targets: str = Field(description="pattern over module names")


class Tuning(Strict):
    method: Literal["full", "lora"]
    freeze: list[str] = Field(description="patterns (fnmatch) over parameter names; each has to match")
    lora: Lora | None = None

    @model_validator(mode="after")
    def _lora_has_settings(self) -> "Tuning":
        if (self.method == "lora") != (self.lora is not None):
            raise ValueError("method lora needs `lora`, and only it")
        return self


class Optimizer(Strict):
    name: Literal["adamw", "muon"]
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    betas: tuple[Share, Share] = Field(description="of AdamW, also for what Muon leaves to it")
    max_gradient_norm: float = Field(gt=0)


class Schedule(Strict):
    steps: Positive
    warmup_steps: Annotated[int, Field(ge=0)]
    shape: Literal["constant_with_warmup", "cosine", "linear", "warmup_stable_decay"]
    decay_share: Share = Field(0.0, description="of the steps, at the end, in warmup_stable_decay")
    minutes: float | None = Field(
        None, gt=0, description="of training, after which it stops at a checkpoint to be resumed from"
    )


class Batch(Strict):
    per_process: Positive
    accumulation: Positive
    activation_checkpointing: bool


class Distribution(Strict):
    world_size: Positive = Field(description="processes; asserted, since some launchers silently start one")
    sharding: Literal["none", "fsdp2", "zero2", "zero3"]
    memory_gb: float = Field(gt=0, description="of one device; the dry run refuses what does not fit")


class Logging(Strict):
    every: Positive
    evaluate_every: Positive
    save_every: Positive
    keep: Positive
    report_to: list[Literal["wandb", "tensorboard"]]
    samples: Annotated[int, Field(ge=0)] = Field(description="held-out samples answered for the table at the end")


class GuidesChoice(Strict):
    """Heads of guides.py, layers counted from 1."""

    cells_layer: Positive = Field(description="of the language model, whose image tokens say what they show")
    plan_layer: Positive = Field(description="whose last token before a plan says where it goes")
    weight: float = Field(gt=0, description="of each of their losses beside the answers'")


class Grpo(Strict):
    generations: Annotated[int, Field(ge=2)]
    max_answer_tokens: Positive
    temperature: float = Field(gt=0)
    top_p: float = Field(gt=0, le=1)
    beta: float = Field(ge=0, description="KL to the start; above 0 a second model is held")
    clip_low: float = Field(gt=0)
    clip_high: float = Field(gt=0)
    loss: Literal["grpo", "dr_grpo", "dapo", "bnpo"]
    constant_patience: Positive = Field(description="batches after which a constant reward is warned of")
    vllm: Literal["none", "colocate", "server"] = "none"


class RewardChoice(Strict):
    name: str
    weight: float = Field(gt=0)
    settings: dict[str, Any] = {}


class Recipe(Strict):
    stage: str
    method: Literal["tower", "sft", "grpo"] = Field(
        description="tower: what images show, told by guides alone; sft: answers; grpo: rewards"
    )
    seed: Annotated[int, Field(ge=0)]
    threads: Positive = Field(description="of each process on a CPU; spinning threads on shared cores cost up to 10x")
    model: Model
    data: Data
    tuning: Tuning
    optimizer: Optimizer
    schedule: Schedule
    batch: Batch
    distribution: Distribution
    logging: Logging
    number_distance: float = Field(
        0.0, ge=0, description="added to the loss of a token that is a number: so much for each metre or pixel it is off by"
    )
    number_weight: float = Field(
        1.0, gt=0, le=1, description="of the cross-entropy of a token that is a number; a word's weighs 1"
    )
    guides: GuidesChoice | None = None
    grpo: Grpo | None = None
    rewards: list[RewardChoice] = []

    @model_validator(mode="after")
    def _fits_together(self) -> "Recipe":
        if (self.method == "grpo") != (self.grpo is not None) or (self.method == "grpo") != bool(self.rewards):
            raise ValueError("method grpo needs `grpo` and `rewards`, and only it")
        if self.schedule.warmup_steps >= self.schedule.steps:
            raise ValueError("schedule: warmup_steps has to be below steps")
        if self.schedule.shape == "warmup_stable_decay" and not self.schedule.decay_share:
            raise ValueError("schedule: warmup_stable_decay needs decay_share")
        if self.grpo and self.answers_per_step % self.grpo.generations:
            raise ValueError(
                f"grpo: {self.answers_per_step} answers a step are no whole number of groups of {self.grpo.generations}"
            )
        whole = self.distribution.sharding == "none" and self.tuning.lora is None
        if self.data.share_prefix and self.grpo and (self.grpo.beta or self.grpo.vllm != "none" or not whole):
            raise ValueError(
                "data: share_prefix is for grpo on one whole model, without a second one and without vLLM: "
                "take beta 0, vllm none, sharding none, full tuning"
            )
        grouped = self.data.share_prefix and self.method != "grpo"
        if self.data.ask and not grouped:
            raise ValueError("data: ask chooses among the questions about a group's images, and needs sft with share_prefix")
        if (self.data.images == "blank" or self.data.blank_views) and not grouped:
            raise ValueError("data: images are blanked where share_prefix reads them, and only there; not in grpo")
        if self.data.drifting_plans and not grouped:
            raise ValueError("data: plans drift where share_prefix reads them, and only there; not in grpo")
        if self.method == "tower" and not self.guides:
            raise ValueError("method tower learns from `guides` alone, and there are none")
        if self.guides and not (grouped and self.data.images == "all"):
            raise ValueError("guides: they are told what the images of a group show, and need share_prefix with all images")
        if self.guides and self.tuning.method == "lora":
            raise ValueError("guides: adapters alone would be trained, and not they: take full tuning")
        if self.guides and self.distribution.sharding != "none":
            raise ValueError("guides: they stand beside the model, and whole in every process: take sharding none")
        if self.weighs_numbers and not (self.method == "sft" and grouped):
            raise ValueError(
                "number_distance, number_weight: answers' tokens are compared where share_prefix lays them out, in sft alone"
            )
        if self.data.share_prefix and self.model.attention != "sdpa":
            raise ValueError(
                f"model: {self.model.attention} sees all that stands before, and share_prefix lays questions side by side "
                "that must not see each other: take sdpa"
            )
        if self.optimizer.name == "muon" and self.distribution.sharding in ("zero2", "zero3"):
            raise ValueError("optimizer: Muon needs whole matrices, which ZeRO flattens: take fsdp2 or none")
        return self

    @property
    def weighs_numbers(self) -> bool:
        return self.number_distance > 0 or self.number_weight < 1

    @property
    def answers_per_step(self) -> int:
        """Samples (SFT; groups of them where they share a prefix) or answers (GRPO) that one optimizer step sees."""
        return self.batch.per_process * self.batch.accumulation * self.distribution.world_size


def read_recipe(path: str | Path, overrides: list[str] | None = None) -> Recipe:
    """Reads a recipe; overrides are `batch.per_process=2`. Raises RECIPE_UNREADABLE, RECIPE_INVALID, OVERRIDE_INVALID."""
    try:
        raw = yaml.safe_load(Path(path).read_text())
    except (OSError, yaml.YAMLError) as cause:
        raise TrainingError("RECIPE_UNREADABLE", f"a recipe in YAML at {path}", str(cause)) from cause
    if not isinstance(raw, dict):
        raise TrainingError("RECIPE_UNREADABLE", f"a recipe in YAML at {path}", type(raw).__name__)
    for override in overrides or []:
        _override(raw, override)
    try:
        return Recipe.model_validate(raw)
    except ValidationError as cause:
        found = "; ".join(f"{'.'.join(map(str, error['loc'])) or 'recipe'}: {error['msg']}" for error in cause.errors())
        raise TrainingError("RECIPE_INVALID", f"a recipe as outrider_training/recipe.py has it in {path}", found) from cause


def _override(raw: dict[str, Any], override: str) -> None:
    key, mark, value = override.partition("=")
    *way, last = key.split(".")
    place: Any = raw
    for name in way:
        place = place.get(name) if isinstance(place, dict) else None
    if not mark or not isinstance(place, dict):
        raise TrainingError("OVERRIDE_INVALID", "--set section.key=value", override)
    place[last] = yaml.safe_load(value)
