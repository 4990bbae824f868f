"""Muon for hidden matrices with AdamW for the rest, as one optimizer, so that checkpoints and schedules know no difference.

torch.optim.Muon computes in bfloat16, which CPUs without matrix units do slowly, and takes matrices only.
"""

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor, distribute_tensor

# Keller Jordan's quintic: pushes all singular values to about 1 in five rounds.
_QUINTIC = (3.4445, -4.7750, 2.0315)
_ROUNDS = 5
_MOMENTUM = 0.95
# Moonshot's scale: with it an update of Muon is as large as one of AdamW, and one learning rate serves both.
_ADAM_SIZE = 0.2


def orthogonalize(matrix: Tensor) -> Tensor:
    """The nearest (semi-)orthogonal matrix, about: singular values from 0.7 to 1.2. In float32 on a CPU."""
    a, b, c = _QUINTIC
    x = matrix.to(torch.float32 if matrix.device.type == "cpu" else torch.bfloat16)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(_ROUNDS):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return (x.T if tall else x).to(matrix.dtype)


class MuonWithAdamW(torch.optim.Optimizer):
    """Groups with `muon: True` hold matrices; the others get AdamW. Under FSDP2 a matrix is gathered to be orthogonalized."""

    def __init__(
        self,
        params: Iterable[dict[str, Any]],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.95),
        weight_decay: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "eps": eps, "muon": False})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    param.mul_(1 - group["lr"] * group["weight_decay"])
                    (self._muon if group["muon"] else self._adamw)(param, group)
        return loss

    def _muon(self, param: Tensor, group: dict[str, Any]) -> None:
        state = self.state[param]
        if not state:
            state["momentum"] = torch.zeros_like(param)
        state["momentum"].lerp_(param.grad, 1 - _MOMENTUM)
        update = param.grad.lerp(state["momentum"], _MOMENTUM)
        whole = update.full_tensor() if isinstance(update, DTensor) else update
        matrix = whole.reshape(whole.shape[0], -1)
        size = _ADAM_SIZE * math.sqrt(max(matrix.shape))
        whole = orthogonalize(matrix).reshape(whole.shape) * size
        if isinstance(update, DTensor):
            whole = distribute_tensor(whole, update.device_mesh, update.placements)
        param.add_(whole, alpha=-group["lr"])

    def _adamw(self, param: Tensor, group: dict[str, Any]) -> None:
        state = self.state[param]
        if not state:
            state["step"] = torch.zeros((), dtype=torch.float32)
            state["mean"] = torch.zeros_like(param)
            state["square"] = torch.zeros_like(param)
        state["step"] += 1
        first, second = group["betas"]
        state["mean"].lerp_(param.grad, 1 - first)
        state["square"].mul_(second).addcmul_(param.grad, param.grad, value=1 - second)
        step = float(state["step"])
        spread = (state["square"] / (1 - second**step)).sqrt_().add_(group["eps"])
        param.addcdiv_(state["mean"], spread, value=-group["lr"] / (1 - first**step))


# Rows of an embedding are tokens, not directions: orthogonal updates of them make no sense. Guides are outputs too.
_NOT_HIDDEN = ("embed_tokens", "lm_head", "patch_embed", "guides")


def parameter_groups(named: Iterable[tuple[str, Tensor]], *, muon: bool, weight_decay: float) -> list[dict[str, Any]]:
    """Trained parameters in groups; biases and norms do not decay."""
    groups: dict[tuple[bool, bool], list[Tensor]] = {}
    for name, param in named:
        if param.requires_grad:
            hidden = muon and param.ndim == 2 and not any(part in name for part in _NOT_HIDDEN)
            groups.setdefault((hidden, param.ndim > 1), []).append(param)
    return [
        {"params": params, "muon": hidden, "weight_decay": weight_decay if decays else 0.0}
        for (hidden, decays), params in sorted(groups.items())
    ]
