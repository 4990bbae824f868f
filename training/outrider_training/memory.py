"""How a model lies on the devices, and about how much memory each needs: before the weights are downloaded."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from .recipe import Recipe

_BYTES = {"float32": 4, "bfloat16": 2}
# Kept activations of a decoder layer per token and hidden unit, without checkpointing, in elements: attention's and the
# MLP's inputs and outputs (Korthikanti et al. 2022 count 34 bytes at 2 bytes each, flash attention leaves the scores out).
_KEPT_ELEMENTS = 17
# CUDA's context, its libraries' workspaces and fragmentation; GB. A rule of thumb.
_RESERVED_GB = 4.0


@dataclass(frozen=True)
class Plan:
    """Numbers of one process; GB are 1e9 bytes."""

    parameters: int
    trained: int
    sharding: str
    world_size: int
    weights_gb: float
    gradients_gb: float
    optimizer_gb: float
    activations_gb: float
    logits_gb: float
    generation_gb: float
    reserved_gb: float

    @property
    def total_gb(self) -> float:
        return (
            self.weights_gb
            + self.gradients_gb
            + self.optimizer_gb
            + self.activations_gb
            + self.logits_gb
            + self.generation_gb
            + self.reserved_gb
        )

    def __str__(self) -> str:
        parts = ", ".join(
            f"{name} {getattr(self, f'{name}_gb'):.2f}"
            for name in ("weights", "gradients", "optimizer", "activations", "logits", "generation", "reserved")
        )
        return (
            f"{self.parameters / 1e6:.1f} M parameters, {self.trained / 1e6:.1f} M trained; {self.sharding} over "
            f"{self.world_size} processes; about {self.total_gb:.2f} GB each ({parts})"
        )


def empty_model(config: Any) -> Any:
    """The model of a config without memory for its weights."""
    from accelerate import init_empty_weights
    from transformers import AutoModelForImageTextToText

    with init_empty_weights():
        model = AutoModelForImageTextToText.from_config(config)
    model.tie_weights()
    return model


def plan(recipe: Recipe, config: Any) -> Plan:
    """Estimates memory from shapes alone; activations are a rule of thumb, everything else is counted."""
    model = empty_model(config)
    sizes = {name: parameter.numel() for name, parameter in model.named_parameters()}
    parameters = sum(sizes.values())
    frozen = [name for name in sizes if any(fnmatchcase(name, pattern) for pattern in recipe.tuning.freeze)]
    trained = parameters - sum(sizes[name] for name in frozen)
    adapters = _lora_parameters(model, recipe)
    if adapters is not None:
        trained = adapters
    low = recipe.model.dtype == "bfloat16"
    world = recipe.distribution.world_size
    sharding = recipe.distribution.sharding
    shards = {
        "none": (1, 1, 1),
        "zero2": (1, world, world),
        "zero3": (world, world, world),
        "fsdp2": (world, world, world),
    }[sharding]
    # Trained weights are kept in float32 beside the low-precision ones they are computed in, whatever shards them; the
    # replica of `none` and `zero2` is in the model's own dtype.
    held = parameters * _BYTES[recipe.model.dtype] / shards[0]
    master = trained * 4 / shards[2] if low and sharding != "none" else 0
    if sharding == "fsdp2" and low:
        held, master = (parameters - trained) * 2 / shards[0] + trained * 4 / shards[0], 0
    gathered = _largest_unit(model) * _BYTES[recipe.model.dtype] * 2 if shards[0] > 1 else 0
    gradient = 4 if sharding == "fsdp2" or not low else 2
    moments = sum(
        count * (1 if recipe.optimizer.name == "muon" and _is_hidden(model, name) else 2)
        for name, count in sizes.items()
        if name not in frozen
    )
    if adapters is not None:
        moments = adapters * 2
    text = config.get_text_config()
    tokens = _tokens(recipe)
    element = _BYTES[recipe.model.dtype]
    layer = tokens * text.hidden_size * element
    # Checkpointing keeps the input of each layer and one layer whole.
    kept = (
        layer * (text.num_hidden_layers + _KEPT_ELEMENTS)
        if recipe.batch.activation_checkpointing
        else layer * _KEPT_ELEMENTS * text.num_hidden_layers
    )
    # Logits and their gradient, in float32 where the loss is computed; TRL's GRPO keeps those of the answer alone.
    spoken = recipe.batch.per_process * recipe.grpo.max_answer_tokens if recipe.grpo else tokens
    return Plan(
        parameters=parameters,
        trained=trained,
        sharding=sharding,
        world_size=world,
        weights_gb=(held + master + gathered) / 1e9,
        gradients_gb=trained * gradient / shards[1] / 1e9,
        optimizer_gb=moments * 4 / shards[2] / 1e9,
        activations_gb=kept / 1e9,
        logits_gb=spoken * text.vocab_size * 4 * 2 / 1e9,
        generation_gb=_generation_bytes(recipe, text, parameters, shards[0]) / 1e9,
        reserved_gb=0.0 if recipe.model.dtype == "float32" else _RESERVED_GB,
    )


def _tokens(recipe: Recipe) -> int:
    """Of a batch in training, at most."""
    batch, longest = recipe.batch, recipe.data.max_tokens
    if recipe.grpo is None or not recipe.data.share_prefix:
        return batch.per_process * longest
    # A step's answers are shuffled before they are cut into batches: each batch may have all of the step's prompts.
    prompts = min(batch.per_process, batch.per_process * batch.accumulation // recipe.grpo.generations)
    answer = recipe.grpo.max_answer_tokens
    return prompts * (longest - answer) + batch.per_process * answer


def _is_hidden(model: Any, name: str) -> bool:
    from .optimizers import _NOT_HIDDEN

    return model.get_parameter(name).ndim == 2 and not any(part in name for part in _NOT_HIDDEN)


def _largest_unit(model: Any) -> int:
    """What FSDP gathers at once: a decoder layer, or the embedding, whichever is larger."""
    layers = [
        sum(parameter.numel() for parameter in module.parameters())
        for module in model.modules()
        if type(module).__name__ in LAYERS
    ]
    return max([*layers, model.get_input_embeddings().weight.numel()])


# What is wrapped, gathered and checkpointed as one.
LAYERS = ("Qwen2_5_VLDecoderLayer", "Qwen2_5_VLVisionBlock")


def _lora_parameters(model: Any, recipe: Recipe) -> int | None:
    import re

    if recipe.tuning.lora is None:
        return None
    return sum(
        recipe.tuning.lora.rank * (module.in_features + module.out_features)
        for name, module in model.named_modules()
        if hasattr(module, "in_features") and re.fullmatch(recipe.tuning.lora.targets, name)
    )


def _generation_bytes(recipe: Recipe, text: Any, parameters: int, shards: int) -> float:
    """Keys and values of all answers of a process, the reference model, and weights gathered to generate with."""
    if recipe.grpo is None:
        return 0.0
    element = _BYTES[recipe.model.dtype]
    head = text.hidden_size // text.num_attention_heads
    cache = 2 * text.num_hidden_layers * text.num_key_value_heads * head * element
    answers = recipe.batch.per_process * recipe.batch.accumulation
    reference = parameters * element / shards if recipe.grpo.beta > 0 and recipe.tuning.lora is None else 0
    gathered = parameters * element if shards > 1 else 0
    return answers * recipe.data.max_tokens * cache + reference + gathered
