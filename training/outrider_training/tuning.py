"""Which parameters learn."""

from fnmatch import fnmatchcase
from typing import Any

from torch import nn

from .errors import TrainingError
from .recipe import Tuning


def freeze(model: nn.Module, patterns: list[str]) -> int:
    """Freezes parameters by fnmatch patterns over their names; how many numbers that were. Raises FREEZE_MATCHES_NONE."""
    frozen: dict[str, int] = {}
    for pattern in patterns:
        matched = [(name, param) for name, param in model.named_parameters() if fnmatchcase(name, pattern)]
        if not matched:
            names = sorted({name.rsplit(".", 2)[0] for name, _ in model.named_parameters()})
            raise TrainingError("FREEZE_MATCHES_NONE", f"a parameter that matches {pattern}", f"names such as {names[:4]}")
        for name, param in matched:
            param.requires_grad = False
            frozen[name] = param.numel()
    if patterns and not any(param.requires_grad for param in model.parameters()):
        raise TrainingError("NOTHING_LEARNS", "a parameter that is not frozen", f"{patterns} freeze them all")
    return sum(frozen.values())


def lora_config(tuning: Tuning) -> Any:
    """peft's settings; None for full tuning."""
    if tuning.lora is None:
        return None
    from peft import LoraConfig

    lora = tuning.lora
    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=lora.targets,
        task_type="CAUSAL_LM",
    )
