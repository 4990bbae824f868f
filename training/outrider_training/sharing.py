"""Questions about the same images as one sequence: images and the common beginning of the prompts are computed once."""

import json
import random
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import torch
from torch import Tensor

from .drifting import Drifts, misread
from .guides import Aims, aims_of, tells_plan, together
from .pixels import Patches
from .spans import Span
from .written import Written, boxes_written, poses_written

IGNORED = -100


@dataclass(frozen=True)
class Encoded:
    """A sample in tokens: each place of an image once for each of its merged patches."""

    ids: Tensor
    # Of the prompt, before the answer.
    prompt: int
    # The answer with its end-of-turn, and where in it each of its tokens begins; characters.
    answer: str
    begins: list[int]
    # Of all tokens, what is to be written there; IGNORED in the prompt.
    labels: Tensor

    def unanswered(self) -> "Encoded":
        return Encoded(self.ids[: self.prompt], self.prompt, "", [], self.labels[: self.prompt])


def encode(
    messages: list[dict[str, Any]],
    grids: list[tuple[int, int, int]],
    processor: Any,
    drifts: Drifts | None = None,
    name: str = "",
) -> Encoded:
    """As the runtime asks, and the answer to its end-of-turn, which is what is learnt; `drifts` with the sample's name says how
    it is read."""
    asked = processor.apply_chat_template(messages[:-1], tokenize=False, add_generation_prompt=True)
    whole = processor.apply_chat_template(messages, tokenize=False)
    tokenizer = processor.tokenizer
    # Apart, since the runtime's prompt ends where the answer begins, and no token reaches over.
    said = whole.removeprefix(asked)
    made = tokenizer([asked, said], return_offsets_mapping=True)
    prompt, answer = made["input_ids"]
    begins = [begin for begin, _ in made["offset_mapping"][1]]
    read = drifts.of(said, name) if drifts else said
    heard = answer if read == said else tokenizer(read)["input_ids"]
    # One digit for one digit is one token for one token; were it not so, nothing drifts.
    heard, read = (heard, read) if len(heard) == len(answer) else (answer, said)
    wanted = torch.tensor(answer).masked_fill(torch.tensor(misread(said, read, begins)), IGNORED)
    ids = torch.tensor(prompt)
    image = ids == processor.image_token_id
    counts = torch.ones_like(ids)
    merge = processor.image_processor.merge_size**2
    counts[image] = torch.tensor([frames * rows * columns // merge for frames, rows, columns in grids])
    ids = ids.repeat_interleave(counts)
    labels = torch.cat([torch.full_like(ids, IGNORED), wanted])
    return Encoded(torch.cat([ids, torch.tensor(heard)]), len(ids), said, begins, labels)


def rope_positions(ids: Tensor, grids: list[tuple[int, int, int]], image_token: int, merge: int) -> Tensor:
    """[3, tokens]: frame, row and column, as transformers' get_rope_index has them for images."""
    places: list[Tensor] = []
    following, left = 0, iter(grids)
    for is_image, run in groupby((ids == image_token).tolist()):
        length = len(list(run))
        if not is_image:
            places.append(torch.arange(following, following + length).expand(3, -1))
            following += length
            continue
        frames, rows, columns = next(left)
        axes = (torch.zeros(frames, dtype=torch.long), torch.arange(rows // merge), torch.arange(columns // merge))
        grid = torch.stack(torch.meshgrid(*axes, indexing="ij")).reshape(3, -1)
        if grid.shape[1] != length:
            raise ValueError(f"{length} places for an image of {grid.shape[1]} tokens")
        places.append(grid + following)
        following += max(rows, columns) // merge
    return torch.cat(places, dim=1)


@dataclass(frozen=True)
class Packed:
    """A group in one row; `prefix` and `ends` as in Span, from 0."""

    ids: Tensor
    labels: Tensor
    positions: Tensor
    prefix: int
    ends: tuple[int, ...]

    def turns(self, samples: list[Encoded]) -> list[int]:
        """Places of the last tokens before the answers."""
        starts = [0] if not self.ends else [start - self.prefix for start in (self.prefix, *self.ends[:-1])]
        return [start + sample.prompt - 1 for start, sample in zip(starts, samples, strict=True)]

    def until(self, end: int) -> "Packed":
        return Packed(self.ids[:end], self.labels[:end], self.positions[:, :end], end, ())


def pack(samples: list[Encoded], grids: list[tuple[int, int, int]], image_token: int, merge: int) -> Packed:
    """[common beginning][rest of the first][rest of the second]…; labels on answers alone."""
    positions = [rope_positions(sample.ids, grids, image_token, merge) for sample in samples]
    labels = [sample.labels for sample in samples]
    if len(samples) == 1:
        return Packed(samples[0].ids, labels[0], positions[0], len(samples[0].ids), ())
    # A branch begins before its answer: the answer's first token is foretold by the token that stands before it.
    prefix = min(sample.prompt for sample in samples) - 1
    for sample in samples[1:]:
        same = sample.ids[:prefix] == samples[0].ids[:prefix]
        prefix = prefix if bool(same.all()) else int(same.int().argmin())
    prefix = _outside_images(samples[0].ids, prefix, image_token)
    pieces = [sample.ids[prefix:] for sample in samples]
    ends, end = [], prefix
    for piece in pieces:
        end += len(piece)
        ends.append(end)
    return Packed(
        torch.cat([samples[0].ids[:prefix], *pieces]),
        torch.cat([labels[0][:prefix], *(label[prefix:] for label in labels)]),
        torch.cat([positions[0][:, :prefix], *(place[:, prefix:] for place in positions)], dim=1),
        prefix,
        tuple(ends),
    )


def end_to_end(packs: list[Packed]) -> dict[str, Any]:
    """Groups in one row, as the model takes them: tokens, labels and places, and the spans that keep them apart."""
    spans: list[Span] = []
    start = 0
    for packed in packs:
        spans.append(Span(start, start + packed.prefix, tuple(start + end for end in packed.ends)))
        start += len(packed.ids)
    return {
        "input_ids": torch.cat([packed.ids for packed in packs])[None],
        "labels": torch.cat([packed.labels for packed in packs])[None],
        "position_ids": torch.cat([packed.positions for packed in packs], dim=1)[:, None],
        "spans": spans,
    }


def _outside_images(ids: Tensor, prefix: int, image_token: int) -> int:
    if bool((ids[prefix:] == image_token).any()):
        raise ValueError("the prompts of a group differ before the last of their images")
    return prefix


@dataclass(frozen=True)
class Blanks:
    """Which images are replaced by grey ones: all, or one view of a share of the groups."""

    every: bool = False
    share: float = 0.0

    def of(self, group: list[dict[str, Any]]) -> set[int]:
        """Indices into the group's images. The same for a group each time, so that a resumed run goes on as it would have."""
        if self.every:
            return set(range(len(group[0]["images"])))
        if not self.share:
            return set()
        dice = random.Random(group[0]["id"])
        if dice.random() >= self.share:
            return set()
        # Of the others the right answer would be another one.
        said = [json.dumps(one["messages"][-1]["content"]) for one in group]
        side = [
            index
            for index, view in enumerate(group[0]["views"])
            if view != "front" and not any(f'"{view}\\"' in text for text in said)
        ]
        return {dice.choice(side)} if side else set()


class GroupCollator:
    """Rows `{"group": [{"id", "messages", "images", "views"}, …], "asked": [id, …]}` of one image list each -> the model's
    inputs and spans. Without `asked` all of a group are."""

    def __init__(
        self,
        processor: Any,
        blanks: Blanks | None = None,
        *,
        guided: bool = False,
        answers: bool = True,
        drifts: Drifts | None = None,
    ) -> None:
        self.processor = processor
        self.patches = Patches(processor.image_processor)
        self.blanks = blanks or Blanks()
        self.drifts = drifts
        self.guided = guided
        # Without them rows end where plans would begin, or with their images where none is asked for.
        self.answers = answers

    def _written(self, samples: list[Encoded], turns: list[int]) -> tuple[Written, Written]:
        """Poses and boxes of the answers, by place in the row."""
        answers = list(zip(samples, turns, strict=True)) if self.answers else []
        poses = [(turn + at, pose) for said, turn in answers for at, pose in poses_written(said.answer, said.begins)]
        boxes = [(turn + at, box) for said, turn in answers for at, box in boxes_written(said.answer, said.begins)]
        return poses, boxes

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        merge, image_token = self.processor.image_processor.merge_size, self.processor.image_token_id
        packs: list[Packed] = []
        pixels: list[Tensor] = []
        every: list[tuple[int, int, int]] = []
        aims: list[Aims] = []
        for row in rows:
            group = row["group"]
            blank = self.blanks.of(group)
            made = [self.patches(path, blank=index in blank) for index, path in enumerate(group[0]["images"])]
            grids = [grid for _, grid in made]
            # Of several, each is asked at another speed.
            plans = [] if self.answers else [one for one in group if tells_plan(one)]
            if self.answers:
                asked = [one for one in group if "asked" not in row or one["id"] in row["asked"]]
            else:
                asked = plans or group[:1]
            samples = [encode(one["messages"], grids, self.processor, self.drifts, one["id"]) for one in asked]
            samples = samples if self.answers else [sample.unanswered() for sample in samples]
            packed = pack(samples, grids, image_token, merge)
            turns = packed.turns(samples)
            if not self.answers and not plans:
                packed = packed.until(int((packed.ids == image_token).nonzero()[-1]) + 1)
            if self.guided:
                cells = (packed.ids == image_token).nonzero()[:, 0]
                ending = list(zip(asked, turns, strict=True)) if self.answers or plans else []
                aims.append(aims_of(group, ending, cells, grids, self.patches.patch, merge, self._written(samples, turns)))
            packs.append(packed)
            pixels += [values for values, _ in made]
            every += grids
        laid = end_to_end(packs)
        return {
            **laid,
            "pixel_values": torch.cat(pixels),
            "image_grid_thw": torch.tensor(every),
            **({"aims": together(aims, [span.start for span in laid["spans"]])} if self.guided else {}),
        }
