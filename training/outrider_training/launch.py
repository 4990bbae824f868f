"""The processes that really run: launchers that promise several and start one are found out before the first step."""

import json
import os
from pathlib import Path
from typing import Any

from .errors import TrainingError
from .memory import LAYERS
from .recipe import Recipe

_CONFIGS = Path(__file__).parent / "distribution"


def assert_world_size(expected: int, found: int) -> None:
    """Raises WORLD_SIZE."""
    if expected != found:
        raise TrainingError(
            "WORLD_SIZE",
            f"{expected} processes, as the recipe's distribution.world_size says",
            f"{found} (WORLD_SIZE={os.environ.get('WORLD_SIZE', 'not set')})",
            "start with `torchrun --nproc_per_node`: `accelerate launch --cpu --num_processes N` starts one process; or "
            "set distribution.world_size",
        )


def assert_sharding(recipe: Recipe, *, cpu: bool) -> None:
    """Raises SHARDING for what is known not to start."""
    sharding = recipe.distribution.sharding
    if sharding == "zero3" and cpu:
        raise TrainingError(
            "SHARDING",
            "GPUs for ZeRO-3",
            "a CPU: zero.Init counts one process there, and refuses the batch",
            "take fsdp2",
        )
    if sharding != "none" and recipe.distribution.world_size == 1 and cpu:
        raise TrainingError("SHARDING", "several processes to shard over", "one on a CPU", "distribution.sharding=none")


def allow_fsdp_on_cpu() -> None:
    """accelerate 1.15 shards on accelerators only, and on CPUs silently runs DDP instead: it is told that it has one."""
    from accelerate.state import PartialState
    from accelerate.utils import DistributedType

    PartialState._shared_state["distributed_type"] = DistributedType.MULTI_GPU


def assert_sharded(expected: str, accelerator: Any) -> None:
    """Raises SHARDING_IGNORED where weights lie whole in every process although they should not."""
    found = accelerator.distributed_type.value
    wanted = {"none": None, "fsdp2": "FSDP", "zero2": "DEEPSPEED", "zero3": "DEEPSPEED"}[expected]
    if wanted is not None and wanted != found:
        raise TrainingError("SHARDING_IGNORED", f"accelerate to shard with {expected}", found)


def sharding_arguments(recipe: Recipe) -> dict[str, Any]:
    """What TrainingArguments are told."""
    sharding = recipe.distribution.sharding
    if sharding == "none":
        return {"activation_checkpointing": recipe.batch.activation_checkpointing}
    config = json.loads((_CONFIGS / f"{sharding}.json").read_text())
    if sharding == "fsdp2":
        # FSDP's own checkpointing: transformers' would gather the weights a second time in the backward pass.
        config["activation_checkpointing"] = recipe.batch.activation_checkpointing
        config["transformer_layer_cls_to_wrap"] = list(LAYERS)
        return {"fsdp": True, "fsdp_config": config, "activation_checkpointing": False}
    return {"deepspeed": config, "activation_checkpointing": recipe.batch.activation_checkpointing}
