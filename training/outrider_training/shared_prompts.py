"""GRPO computes a prompt and its images once for all of its answers: when they are said, and when they are learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .sharing import IGNORED, Encoded, Packed, end_to_end, pack
from .spans import attention_inputs


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


def _seen(pixels: Tensor, grids: Tensor, images: Sequence[int]) -> list[tuple[Tensor, Tensor]]:
    """Of each row: the grids and the pixels of its images."""
    each = grids.split(list(images))
    return list(zip(each, pixels.split([int(one.prod(dim=1).sum()) for one in each]), strict=True))


def _encoded(answers: Answers) -> list[Encoded]:
    samples = []
    for row, seen in zip(answers.ids, answers.mask.bool(), strict=True):
        labels = row.clone()
        labels[: -answers.answer] = IGNORED
        prompt = int(seen[: -answers.answer].sum())
        samples.append(Encoded(row[seen], prompt, "", [], labels[seen]))
    return samples


def _alike(prompts: list[Tensor], seen: list[tuple[Tensor, Tensor]]) -> list[list[int]]:
    """Rows by prompt and images, wherever they stand: TRL shuffles a step's answers before it cuts them into batches."""
    groups: list[list[int]] = []
    for row, prompt in enumerate(prompts):
        for group in groups:
            first = group[0]
            if torch.equal(prompt, prompts[first]) and all(map(torch.equal, seen[row], seen[first])):
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
    """Lays answers out behind the prompts that they have in common; `merge`: patches to a token, along one side."""
    samples, seen = _encoded(answers), _seen(answers.pixels, answers.grids, answers.images)
    groups = _alike([sample.ids[: sample.prompt] for sample in samples], seen)
    packs: list[Packed] = []
    for group in groups:
        grids = [tuple(each) for each in seen[group[0]][0].tolist()]
        packs.append(pack([samples[row] for row in group], grids, image_token, merge))
    laid = end_to_end(packs)
    device = answers.ids.device
    inputs = {
        **laid,
        "position_ids": laid["position_ids"].to(device),
        "pixel_values": torch.cat([seen[group[0]][1] for group in groups]),
        "image_grid_thw": torch.cat([seen[group[0]][0] for group in groups]),
        **attention_inputs(laid["spans"], device),
    }
    return Shared(inputs, [row for group in groups for row in group])


def _images(ids: Tensor, grids: Tensor, image_token: int, merge: int) -> list[int]:
    """How many each row has."""
    ends = (grids.prod(dim=1) // merge**2).cumsum(0)
    places = (ids == image_token).sum(dim=1).cumsum(0)
    counted = torch.searchsorted(ends, places, right=True)
    return counted.diff(prepend=counted.new_zeros(1)).tolist()


def saying(model: Any, processor: Any) -> Any:
    """The model's `generate`, behind prompts that are computed once for all rows that have them."""
    plain = model.generate
    image_token, merge = processor.image_token_id, processor.image_processor.merge_size

    def generate(*, input_ids: Tensor, pixel_values: Tensor | None = None, **others: Any) -> Tensor:
        if pixel_values is None:
            return plain(input_ids=input_ids, **others)
        grids = others.pop("image_grid_thw")
        mask, kinds = others["attention_mask"], others["mm_token_type_ids"]
        seen = _seen(pixel_values, grids, _images(input_ids, grids, image_token, merge))
        groups = _alike([ids[shown.bool()] for ids, shown in zip(input_ids, mask, strict=True)], seen)
        firsts = [group[0] for group in groups]
        whose = torch.empty(len(input_ids), dtype=torch.long, device=input_ids.device)
        for index, group in enumerate(groups):
            whose[group] = index
        # All but the last token, which says the answer's first.
        cache = model(
            input_ids=input_ids[firsts, :-1],
            attention_mask=mask[firsts, :-1],
            mm_token_type_ids=kinds[firsts, :-1],
            pixel_values=torch.cat([seen[row][1] for row in firsts]),
            image_grid_thw=torch.cat([seen[row][0] for row in firsts]),
            use_cache=True,
            logits_to_keep=1,
        ).past_key_values
        cache.batch_select_indices(whose)
        model.model.rope_deltas = model.model.rope_deltas[whose]
        return plain(input_ids=input_ids, past_key_values=cache, **others)

    return generate
