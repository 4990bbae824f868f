"""Attention over many short sequences laid end to end, which share their beginnings, and none of which sees another.

A 4-D mask says the same, and costs three times as much on a CPU: the kernel computes every pair that the mask then hides.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

# As model.attention is called in transformers; sdpa's kernels do the work.
NAME = "outrider_spans"


@dataclass(frozen=True)
class Span:
    """Places in the row of tokens: what all branches begin with, and where each branch ends. The first begins at `prefix`."""

    start: int
    prefix: int
    ends: tuple[int, ...]

    @property
    def branches(self) -> list[tuple[int, int]]:
        return list(zip((self.prefix, *self.ends[:-1]), self.ends, strict=True)) if self.ends else []


def visible(spans: list[Span], length: int) -> Tensor:
    """The same as a mask [length, length]: True where a token (row) sees another (column)."""
    mask = torch.zeros(length, length, dtype=torch.bool)
    for span in spans:
        for start, end in [(span.start, span.prefix), *span.branches]:
            mask[start:end, span.start : span.prefix] = True
            mask[start:end, start:end] = True
    return mask.tril()


@cache
def _after(size: int, device: torch.device) -> Tensor:
    return torch.full((size, size), float("-inf"), device=device).triu(1)


def masks_of(spans: list[Span], device: torch.device) -> list[list[Tensor]]:
    """Of each branch's tokens over the prefix and itself, added to scores. Made once a step, for all layers."""

    def mask(length: int, prefix: int) -> Tensor:
        # Rounded up, so that few sizes are kept.
        after = _after(-(-length // 256) * 256, device)[:length, :length]
        return torch.cat([after.new_zeros(length, prefix), after], dim=1)

    return [[mask(end - start, span.prefix - span.start) for start, end in span.branches] for span in spans]


def attention_inputs(spans: list[Span], device: torch.device) -> dict[str, Any]:
    """What the model's forward takes for its attention: each layer is given spans instead of a mask, which would be as long as
    the batch is, squared."""
    return {"attention_mask": {"full_attention": None}, "spans": spans, "span_masks": masks_of(spans, device)}


def span_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    spans: list[Span] | None = None,
    span_masks: list[list[Tensor]] | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """[1, heads, tokens, size] -> [1, tokens, heads, size]; without spans (generation) it is sdpa."""
    if spans is None or span_masks is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, dropout, scaling, **others)

    def attend(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        return scaled_dot_product_attention(
            queries,
            keys,
            values,
            # Under autocast queries are of another type than the mask, which sdpa refuses.
            attn_mask=None if mask is None else mask.to(queries.dtype),
            dropout_p=dropout,
            is_causal=mask is None,
            scale=scaling,
            enable_gqa=True,
        )

    # Split, not sliced: of each slice the gradient would be a row of zeros as long as the batch, to be added up.
    lengths = [end - start for span in spans for start, end in ((span.start, span.prefix), *span.branches)]
    pieces = zip(*(each.split(lengths, dim=2) for each in (query, key, value)), strict=True)
    parts: list[Tensor] = []
    for span, masks in zip(spans, span_masks, strict=True):
        queries, keys, values = next(pieces)
        parts.append(attend(queries, keys, values, None))
        for _, mask in zip(span.branches, masks, strict=True):
            queries, own_keys, own_values = next(pieces)
            both = (torch.cat([keys, own_keys], dim=2), torch.cat([values, own_values], dim=2))
            parts.append(attend(queries, *both, mask))
    return torch.cat(parts, dim=2).transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, span_attention)
# An attention without a mask of its own gets none from transformers, and padding would be read.
AttentionMaskInterface.register(NAME, sdpa_mask)
