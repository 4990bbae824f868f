"""The vision tower's two slow places on a CPU, computed otherwise: same weights, same numbers to rounding.

transformers attends in each window on its own, a call for each of hundreds of small ones; here windows of one length are one
call. Its convolution of single patches is a matrix product, which torch does not notice.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, scaled_dot_product_attention
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import (
    Qwen2_5_VisionPatchEmbed,
    Qwen2_5_VLVisionAttention,
    apply_rotary_pos_emb_vision,
)


class _Permuted(torch.autograd.Function):
    """rows[order], whose gradient is taken back row by row: torch's own would add rows up, one after the other."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, order: Tensor, back: Tensor) -> Tensor:
        ctx.save_for_backward(order, back)
        return rows[order]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        _, back = ctx.saved_tensors
        return gradient[back], None, None


class BatchedWindows(Qwen2_5_VLVisionAttention):
    def forward(
        self,
        hidden_states: Tensor,
        cu_seqlens: Tensor,
        position_embeddings: tuple[Tensor, Tensor] | None = None,
        **others: Any,
    ) -> Tensor:
        tokens = hidden_states.shape[0]
        assert position_embeddings is not None
        lengths = cu_seqlens.diff().long()
        by_length = torch.argsort(lengths, stable=True)
        # Of each token in windows' new order: its window's start, and its place in it.
        sizes = lengths[by_length]
        starts = cu_seqlens[:-1].long()[by_length].repeat_interleave(sizes)
        within = torch.arange(tokens, device=starts.device) - (sizes.cumsum(0) - sizes).repeat_interleave(sizes)
        order = starts + within
        back = torch.empty_like(order).scatter_(0, order, torch.arange(tokens, device=order.device))
        mixed = _Permuted.apply(self.qkv(hidden_states), order, back).view(tokens, 3, self.num_heads, -1)
        cos, sin = (values[order] for values in position_embeddings)
        query, key = apply_rotary_pos_emb_vision(mixed[:, 0], mixed[:, 1], cos, sin)
        parts: list[Tensor] = []
        start = 0
        for length, count in zip(*(each.tolist() for each in torch.unique_consecutive(sizes, return_counts=True)), strict=True):
            end = start + length * count
            three = (
                values[start:end].view(count, length, self.num_heads, -1).transpose(1, 2)
                for values in (query, key, mixed[:, 2])
            )
            attended = scaled_dot_product_attention(*three, scale=self.scaling)
            parts.append(attended.transpose(1, 2).reshape(length * count, -1))
            start = end
        return self.proj(_Permuted.apply(torch.cat(parts), back, order))


class MultipliedPatches(Qwen2_5_VisionPatchEmbed):
    def forward(self, hidden_states: Tensor) -> Tensor:
        weight = self.proj.weight
        return linear(hidden_states.to(weight.dtype).view(hidden_states.shape[0], -1), weight.view(self.embed_dim, -1))


_FASTER: dict[type[nn.Module], type[nn.Module]] = {
    Qwen2_5_VLVisionAttention: BatchedWindows,
    Qwen2_5_VisionPatchEmbed: MultipliedPatches,
}


def quicken(model: nn.Module) -> None:
    """Makes a model's tower compute so; weights, their names and what is saved stay."""
    for module in model.modules():
        if (faster := _FASTER.get(type(module))) is not None:
            module.__class__ = faster
