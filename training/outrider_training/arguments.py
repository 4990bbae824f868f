"""A recipe as TRL's arguments."""

from pathlib import Path
from typing import Any

from trl import GRPOConfig, SFTConfig

from . import launch
from .recipe import Recipe


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
        # A batch may have nothing that one of the guides is told of.
        "ddp_find_unused_parameters": recipe.guides is not None,
        **launch.sharding_arguments(recipe),
    }
    if recipe.grpo is None:
        # None: a cut sample would leave image features without their tokens; checks.py refuses long ones instead.
        return SFTConfig(**common, max_length=None)
    grpo = recipe.grpo
    return GRPOConfig(
        **common,
        # What rewards were before, to see whether they rise.
        eval_on_start=evaluates,
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
