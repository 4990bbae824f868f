"""GRPO's answers to one prompt as one sequence: prompt and images are computed once, not once an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .sharing import IGNORED, Encoded, Packed, pack
from .spans import Span, masks_of


@dataclass(frozen=True)
class Answers:
    """Rows as TRL has them: prompts padded left, answers of `answer` places padded right, images row after row."""

    # [rows, tokens]
    ids: Tensor
    mask: Tensor
    answer: int
    # Of all images: [patches, values] and [images, (frames, rows, columns)]; and how many each row has.
    pixels: Tensor
    grids: Tensor
    images: Sequence[int]

    def seen(self) -> list[tuple[Tensor, Tensor]]:
        """Of each row: the grids and the pixels of its images."""
        patches = [int(each.prod(dim=1).sum()) for each in self.grids.split(list(self.images))]
        return list(zip(self.grids.split(list(self.images)), self.pixels.split(patches), strict=True))


def _encoded(answers: Answers) -> list[Encoded]:
    samples = []
    for row, seen in zip(answers.ids, answers.mask.bool(), strict=True):
        labels = row.clone()
        labels[: -answers.answer] = IGNORED
        prompt = int(seen[: -answers.answer].sum())
        samples.append(Encoded(row[seen], prompt, "", [], labels[seen]))
    return samples


def _alike(samples: list[Encoded], seen: list[tuple[Tensor, Tensor]]) -> list[list[int]]:
    """Rows by prompt and images, wherever they stand: TRL shuffles a step's answers before it cuts them into batches."""
    groups: list[list[int]] = []
    for row, sample in enumerate(samples):
        for group in groups:
            other = samples[group[0]]
            same = torch.equal(sample.ids[: sample.prompt], other.ids[: other.prompt])
            if same and all(map(torch.equal, seen[row], seen[group[0]])):
                group.append(row)
                break
        else:
            groups.append([row])
    return groups


@dataclass(frozen=True)
class Shared:
    """What the model takes: one row of tokens, in which answers to one prompt about the same images share both; and whose."""

    inputs: dict[str, Any]
    # Rows of the answers, in the order of their tokens.
    order: list[int]

    def apart(self, values: Tensor, answers: Answers) -> Tensor:
        """[1, places - 1], of each place's next token, back to [rows, answer]; 0 where a row has no answer any more."""
        found = values[self.inputs["labels"][:, 1:] != IGNORED]
        said = answers.mask[:, -answers.answer :].bool()[self.order]
        return found.new_zeros(said.shape).masked_scatter(said, found)[torch.tensor(self.order).argsort()]


def shared(answers: Answers, image_token: int, merge: int) -> Shared:
    samples, seen = _encoded(answers), answers.seen()
    groups = _alike(samples, seen)
    packs: list[Packed] = []
    spans: list[Span] = []
    start = 0
    for group in groups:
        grids = [tuple(each) for each in seen[group[0]][0].tolist()]
        packed = pack([samples[row] for row in group], grids, image_token, merge)
        packs.append(packed)
        spans.append(Span(start, start + packed.prefix, tuple(start + end for end in packed.ends)))
        start += len(packed.ids)
    device = answers.ids.device
    inputs = {
        "input_ids": torch.cat([packed.ids for packed in packs])[None],
        "labels": torch.cat([packed.labels for packed in packs])[None],
        "position_ids": torch.cat([packed.positions for packed in packs], dim=1)[:, None].to(device),
        "pixel_values": torch.cat([seen[group[0]][1] for group in groups]),
        "image_grid_thw": torch.cat([seen[group[0]][0] for group in groups]),
        "attention_mask": {"full_attention": None},
        "spans": spans,
        "span_masks": masks_of(spans, device),
    }
    return Shared(inputs, [row for group in groups for row in group])
