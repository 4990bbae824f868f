"""Guides: small heads on middle layers that are told outright what answers spell out in words and digits. Dropped at the end.

A tower that begins from nothing learns little from the few words of an answer that depend on what it shows: here each token of
an image also says what has its middle there, the last token before a plan where the plan goes, and each token that writes a
pose or a box which one: digits alone did not learn to write what that last token knew.
"""

import json
import math
from dataclasses import dataclass
from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, l1_loss

from .answers import take_apart
from .written import Written

# The task whose answers say what images show, and the one that says where to go.
PERCEPTION, PLAN = "driving/perception", "driving/plan"
# As the driving tasks' schemas have them; of what is not among them there is nothing to say.
_LABELS = ("car", "truck", "bus", "trailer", "motorcycle", "bicycle", "pedestrian", "animal", "cone", "barrier", "other")
_MOTIONS = ("parked", "stopped", "same_direction", "oncoming", "crossing", "unknown")
_STATES = ("red", "red_yellow", "yellow", "green", "flashing", "off", "unknown")
_RELEVANCES = ("ego", "others", "unknown")
_SLOTS = (("objects", "label", _LABELS, "motion", _MOTIONS), ("traffic_lights", "state", _STATES, "relevance", _RELEVANCES))
# What a plan says in words, as src/dataset/scene-sentences.ts writes its reasons: what has to be seen to know them.
SPEEDS = ("keep", "accelerate", "decelerate", "stop")
REASONS = (
    "The lane ahead is free.",
    "The light ahead is red.",
    "The light ahead is yellow.",
    "There is a stop sign.",
    "Others go first.",
    "A pedestrian crosses the road.",
    "The vehicle ahead is slow.",
    "The cyclist ahead is slow.",
    "The road bends.",
    "The speed limit is low.",
)
_NOTHING, _IGNORED = 0, -100
# 8 poses of x, y (m) and heading (rad), all brought to about the same size.
POSES = 8
POSE_SCALE = torch.tensor([10.0, 3.0, 0.5]).repeat(POSES)
# Brings the places of boxes in views of some hundred px to that size too.
_BOX_SCALE_PX = 56.0
# Of the cells nearly all show nothing.
_NOTHING_WEIGHT = 0.1
# By the gradients that reached the tower when all weighed the same: motions and lights' boxes, of which a batch has few, were
# louder than all else. Places are in shares of a view, which are small numbers. A plan's poses reached the tower with a tenth
# of what the others did, and after 8,000 frame sets they did not depend on it yet: hence their weight, and the plan's words.
_WEIGHTS = {
    **{"label": 2.0, "motion": 0.3, "box": 1.0, "place": 5.0},
    **{"state": 2.0, "relevance": 0.1, "light box": 0.3, "light place": 1.5},
    **{"way": 1.0, "way offset": 0.5},
    **{"plan": 4.0, "speed": 0.5, "reason": 1.0},
    **{"written": 4.0, "marked": 2.0},
}
# Of the cells few show the ego's lane.
_WAY_WEIGHT = torch.tensor(5.0)
# Of a thing smaller than its cell a middle that is off counts more, up to this.
_SMALL = 2.5
_BOX_VALUES = 6


@dataclass(frozen=True)
class Aims:
    """What the guides of a row of tokens are told."""

    # Places of image tokens, [n]; of each: label, motion, state, relevance, [n, 4]; label and state count from nothing, 0.
    cells: Tensor
    kinds: Tensor
    # Of its object and its light, [n, 2, 6]: middle, from the cell's, and logarithms of width and height, in cells; the middle
    # in shares of the view, which only who knows where in the view it is can tell.
    boxes: Tensor
    # Whether the ego's lane goes through it (0, 1, or _IGNORED where nobody says), and the middle of its part in it, from the
    # cell's, to the right, in cells, [n, 2].
    ways: Tensor
    # Places of the last tokens before plans, [m], and the plans: x, y, heading, …, [m, 24].
    turns: Tensor
    poses: Tensor
    # What they say: speed and reason, [m, 2].
    words: Tensor
    # Places of the tokens that are followed by a piece of a pose, [k], and that pose: x, y, heading, [k, 3].
    written: Tensor
    written_poses: Tensor
    # The same of boxes, [b]: left, top, right, bottom, px, [b, 4].
    marked: Tensor
    marked_boxes: Tensor


def _index(value: str, among: tuple[str, ...]) -> int:
    return among.index(value) if value in among else _IGNORED


def cell_aims(answer: dict[str, Any], views: list[str], sizes: list[tuple[int, int]], cell: int) -> tuple[Tensor, Tensor]:
    """Kinds and boxes for all cells of the views, row by row; sizes in px, as the answer's boxes. Of two in one cell the first
    is told, since answers begin with what matters most."""
    starts, total = {}, 0
    for view, (width, height) in zip(views, sizes, strict=True):
        starts[view] = (total, width, height)
        total += (width // cell) * (height // cell)
    kinds = torch.full((total, 4), _IGNORED)
    kinds[:, 0] = kinds[:, 2] = _NOTHING
    boxes = torch.zeros(total, 2, _BOX_VALUES)
    for slot, (names, what, whats, how, hows) in enumerate(_SLOTS):
        for each in answer[names]:
            start, width, height = starts[each["view"]]
            x1, y1, x2, y2 = each["bbox_2d"]
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            column, row = min(int(x / cell), width // cell - 1), min(int(y / cell), height // cell - 1)
            place = start + row * (width // cell) + column
            if kinds[place, 2 * slot] != _NOTHING:
                continue
            kinds[place, 2 * slot] = _index(each[what], ("nothing", *whats))
            kinds[place, 2 * slot + 1] = _index(each[how], hows)
            size = [math.log(max(high - low, 1) / cell) for low, high in ((x1, x2), (y1, y2))]
            boxes[place, slot] = torch.tensor([x / cell - column - 0.5, y / cell - row - 0.5, *size, x / width, y / height])
    return kinds, boxes


def way_aims(way: list[dict[str, Any]], views: list[str], sizes: list[tuple[int, int]], cell: int) -> Tensor:
    """For all cells of the views, row by row; see Aims.ways."""
    aims = []
    for view, (width, height) in zip(views, sizes, strict=True):
        columns = width // cell
        inside: dict[int, list[float]] = {}
        for x, y in (point for each in way if each["view"] == view for point in each["points"]):
            inside.setdefault(int(y / cell) * columns + int(x / cell), []).append(x / cell % 1 - 0.5)
        own = torch.zeros(columns * (height // cell), 2)
        for place, offsets in inside.items():
            own[place] = torch.tensor([1.0, sum(offsets) / len(offsets)])
        aims.append(own)
    return torch.cat(aims)


def tells_plan(sample: dict[str, Any]) -> bool:
    return len(sample["truth"].get("poses", [])) == POSES


def aims_of(
    group: list[dict[str, Any]],
    turns: list[tuple[dict[str, Any], int]],
    cells: Tensor,
    grids: list[tuple[int, int, int]],
    patch: int,
    merge: int,
    written: tuple[Written, Written] = ([], []),
) -> Aims:
    """Of one group in its row: `cells` are places of its image tokens, `turns` the samples asked there, each with the place of
    the last token before its answer; `written`: poses and boxes by place in the row."""
    kinds, boxes = torch.zeros(0, 4, dtype=torch.long), torch.zeros(0, 2, _BOX_VALUES)
    ways, told = torch.zeros(0, 2), cells[:0]
    for sample in group:
        if sample["task"] == PERCEPTION:
            answer = answer_of(sample)
            sizes = [(columns * patch, rows * patch) for _, rows, columns in grids]
            kinds, boxes = cell_aims(answer, sample["views"], sizes, patch * merge)
            way = sample["truth"].get("way")
            nobody = torch.full((len(kinds), 2), float(_IGNORED))
            ways = nobody if way is None else way_aims(way, sample["views"], sizes, patch * merge)
            told = cells
    plans = [(turn, sample, answer_of(sample)) for sample, turn in turns if tells_plan(sample)]
    poses = [torch.tensor(sample["truth"]["poses"], dtype=torch.float32).reshape(-1) for _, sample, _ in plans]
    # An answer may have been written again by a head; the truth is what was so.
    said = [{**answer, **sample["truth"]} for _, sample, answer in plans]
    words = [[_index(each.get("speed", ""), SPEEDS), _index(each.get("reason", ""), REASONS)] for each in said]
    return Aims(
        told,
        kinds,
        boxes,
        ways,
        torch.tensor([turn for turn, _, _ in plans], dtype=torch.long),
        torch.stack(poses) if poses else torch.zeros(0, POSES * 3),
        torch.tensor(words, dtype=torch.long).reshape(-1, 2),
        *_told(written[0], 3),
        *_told(written[1], 4),
    )


def _told(written: Written, size: int) -> tuple[Tensor, Tensor]:
    places = torch.tensor([place for place, _ in written], dtype=torch.long)
    return places, torch.tensor([numbers for _, numbers in written], dtype=torch.float32).reshape(-1, size)


def answer_of(sample: dict[str, Any]) -> dict[str, Any]:
    """What it says behind its thoughts."""
    content = sample["messages"][-1]["content"]
    said = content if isinstance(content, str) else "".join(part["text"] for part in content)
    answer: dict[str, Any] = json.loads(take_apart(said).answer or "")
    return answer


def together(aims: list[Aims], starts: list[int]) -> Aims:
    """Of groups one after the other in a row of tokens."""
    return Aims(
        torch.cat([each.cells + start for each, start in zip(aims, starts, strict=True)]),
        torch.cat([each.kinds for each in aims]),
        torch.cat([each.boxes for each in aims]),
        torch.cat([each.ways for each in aims]),
        torch.cat([each.turns + start for each, start in zip(aims, starts, strict=True)]),
        torch.cat([each.poses for each in aims]),
        torch.cat([each.words for each in aims]),
        torch.cat([each.written + start for each, start in zip(aims, starts, strict=True)]),
        torch.cat([each.written_poses for each in aims]),
        torch.cat([each.marked + start for each, start in zip(aims, starts, strict=True)]),
        torch.cat([each.marked_boxes for each in aims]),
    )


class Guides(nn.Module):
    """Reads the outputs of two of the language model's layers, counted from 1; called behind the model's forward."""

    def __init__(self, text_model: nn.Module, size: int, cells_layer: int, plan_layer: int) -> None:
        super().__init__()
        outputs = (len(_LABELS) + 1, len(_MOTIONS), len(_STATES) + 1, len(_RELEVANCES), _BOX_VALUES, _BOX_VALUES, 2)
        self.outputs = list(outputs)
        self.cells = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, sum(outputs)))
        self.plan = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, size), nn.SiLU(), nn.Linear(size, POSES * 3))
        self.words = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, len(SPEEDS) + len(REASONS)))
        self.written = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, size), nn.SiLU(), nn.Linear(size, 3))
        self.marked = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, size), nn.SiLU(), nn.Linear(size, 4))
        self.seen: dict[str, Tensor] = {}
        for name, layer in (("cells", cells_layer), ("plan", plan_layer)):
            text_model.layers[layer - 1].register_forward_hook(self._keep(name))

    def _keep(self, name: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            self.seen[name] = output if isinstance(output, Tensor) else output[0]

        return hook

    def forward(self, aims: Aims) -> dict[str, Tensor]:
        """Losses by name, each a mean; none for what the row does not have. `total` adds them up."""
        losses: dict[str, Tensor] = {}
        if len(aims.cells):
            said = self.cells(self.seen["cells"][0, aims.cells]).split(self.outputs, dim=-1)
            for name, column, logits in (("label", 0, said[0]), ("state", 2, said[2])):
                weight = torch.ones(logits.shape[-1])
                weight[_NOTHING] = _NOTHING_WEIGHT
                losses[name] = cross_entropy(logits, aims.kinds[:, column], weight=weight, ignore_index=_IGNORED)
            for name, column, logits in (("motion", 1, said[1]), ("relevance", 3, said[3])):
                if bool((aims.kinds[:, column] != _IGNORED).any()):
                    losses[name] = cross_entropy(logits, aims.kinds[:, column], ignore_index=_IGNORED)
            for slot, prefix in enumerate(("", "light ")):
                there = aims.kinds[:, 2 * slot] > _NOTHING
                if bool(there.any()):
                    right = aims.boxes[there, slot]
                    apart = (said[4 + slot][there] - right).abs()
                    middle = apart[:, :2] * (-right[:, 2:4]).exp().clamp(max=_SMALL)
                    losses[f"{prefix}box"] = middle.mean() + apart[:, 2:4].mean()
                    losses[f"{prefix}place"] = apart[:, 4:].mean()
            heard = aims.ways[:, 0] != _IGNORED
            if bool(heard.any()):
                through, offset = aims.ways[heard].unbind(-1)
                said_through, said_offset = said[6][heard].unbind(-1)
                losses["way"] = binary_cross_entropy_with_logits(said_through, through, pos_weight=_WAY_WEIGHT)
                losses["way offset"] = ((said_offset - offset).abs() * through).sum() / through.sum().clamp(min=1)
        if len(aims.turns):
            behind = self.seen["plan"][0, aims.turns]
            losses["plan"] = l1_loss(self.plan(behind), aims.poses / POSE_SCALE)
            said_words = self.words(behind).split([len(SPEEDS), len(REASONS)], dim=-1)
            for name, column, logits in (("speed", 0, said_words[0]), ("reason", 1, said_words[1])):
                if bool((aims.words[:, column] != _IGNORED).any()):
                    losses[name] = cross_entropy(logits, aims.words[:, column], ignore_index=_IGNORED)
        if len(aims.written):
            said_poses = self.written(self.seen["plan"][0, aims.written])
            losses["written"] = l1_loss(said_poses, aims.written_poses / POSE_SCALE[:3])
        if len(aims.marked):
            losses["marked"] = l1_loss(self.marked(self.seen["plan"][0, aims.marked]), aims.marked_boxes / _BOX_SCALE_PX)
        return losses


def attach(model: Any, guides: Guides, *, answers: bool) -> None:
    """Lets the model's forward take `aims`, and its outputs say what is `guided` by them. It is within the forward, since
    processes share gradients of what was computed there. Without answers the forward ends before words are made."""
    model.guides = guides
    whole = model.forward

    @wraps(whole)
    def forward(*args: Any, aims: Aims | None = None, **inputs: Any) -> Any:
        outputs = whole(*args, **inputs) if answers else model.model(*args, **inputs)
        # DDP takes transformers' own outputs apart and puts them together again, which have no place for more.
        return outputs if aims is None else {**outputs, "guided": guides(aims)}

    model.forward = forward


def total(losses: dict[str, Tensor]) -> Tensor:
    """Each as loud as it is useful."""
    return sum((_WEIGHTS[name] * loss for name, loss in losses.items()), torch.zeros(()))
