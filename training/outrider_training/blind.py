"""The best planner without eyes: what the prompt says of the ego's motion and route, and nothing that a camera sees.

A planner that looks has to beat it: most of a plan is how one has driven so far.
"""

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .errors import TrainingError
from .recipe import Emphasis
from .records import Record, by_group, order, repeats

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_NOW = ("Speed", "Acceleration", "Yaw rate")
_ROUTES = ("unknown", "go straight", "turn left", "turn right", "change lane left", "change lane right")
# Of history: the latest six, a half second apart, as the drive tells three seconds.
_PAST = 6
_PAST_VALUES = ("x", "y", "heading", "speed")
# Each a second input that says whether it was known: a 0 in its place would be a claim.
_OPTIONAL = ("distance", "limit")
_POSES = 8
# Of a pose: metres, metres, and a radian that weighs as much as ten metres do; the judged error is in metres.
_WEIGHTS = (1.0, 1.0, 10.0)
_BATCH = 256
_CHECK_EVERY = 200
_PATIENCE = 15


def input_names() -> list[str]:
    """In the order of the network's inputs."""
    past = [f"past{index}_{value}" for index in range(_PAST) for value in (*_PAST_VALUES, "known")]
    return [*(name.lower().replace(" ", "_") for name in _NOW), *past, *(f"route_{name}" for name in _ROUTES)] + [
        f"{name}{part}" for name in _OPTIONAL for part in ("", "_known")
    ]


def inputs_of(prompt: str) -> list[float]:
    """Numbers of a planning prompt, as the runtime writes it; m, m/s, rad, km/h. Raises ValueError where it is none."""
    values: list[float] = []
    for name in _NOW:
        found = re.search(rf"{name}: (?:{_NUMBER}|unknown)", prompt)
        if found is None:
            raise ValueError(f"no {name} in the prompt")
        values.append(float(found[1] or 0))
    history = re.search(r"Ego history \[[^\]]*\]: (.*)\.\n", prompt)
    if history is None:
        raise ValueError("no ego history in the prompt")
    past = [sample.split(",")[1:] for sample in re.findall(r"\[([^\]]*)\]", history[1])][::-1][:_PAST]
    for index in range(_PAST):
        known = index < len(past) and "unknown" not in past[index]
        values += [*map(float, past[index]), 1.0] if known else [0.0] * (len(_PAST_VALUES) + 1)
    route = re.search(rf"Route: ({'|'.join(_ROUTES)})(?: in {_NUMBER} m)?\.(?: Speed limit: {_NUMBER} km/h)?", prompt)
    if route is None:
        raise ValueError("no route in the prompt")
    values += [float(route[1] == name) for name in _ROUTES]
    for told in (route[2], route[3]):
        values += [float(told or 0), float(told is not None)]
    return values


def examples(path: Path, emphases: Sequence[Emphasis] = ()) -> tuple[Tensor, Tensor, list[str]]:
    """(inputs, poses [n, 24], drives) of the planning records with a truth, as often as a seeing network is shown them.

    Raises DATA_TOO_SMALL, DATA_UNREADABLE.
    """
    rows: list[list[float]] = []
    poses: list[list[float]] = []
    drives: list[str] = []
    for group in by_group(path).values():
        count = repeats(group, emphases)
        for record in group:
            if record.task != "driving/plan" or "poses" not in record.truth:
                continue
            try:
                values = inputs_of(_text(record))
            except ValueError as cause:
                raise TrainingError("DATA_UNREADABLE", f"a planning prompt at {record.place}", str(cause)) from cause
            rows += [values] * count
            poses += [[value for pose in record.truth["poses"] for value in pose]] * count
            drives += [record.drive] * count
    if len(set(drives)) < 10:
        raise TrainingError("DATA_TOO_SMALL", f"ten drives with plans and their poses in {path}", f"{len(set(drives))}")
    return torch.tensor(rows), torch.tensor(poses), drives


def _text(record: Record) -> str:
    contents = (message["content"] for message in record.prompt if message["role"] == "user")
    parts = (content if isinstance(content, list) else [{"text": content}] for content in contents)
    return "".join(part.get("text", "") for each in parts for part in each)


def ade_m(said: Tensor, right: Tensor) -> float:
    """Mean distance of the first six poses, which are three seconds."""
    apart = (said - right).view(len(said), _POSES, 3)[:, :6, :2]
    return apart.norm(dim=-1).mean().item()


def train_blind(
    data: Path, out: Path, *, emphases: Sequence[Emphasis] = (), width: int = 256, seed: int = 1, steps: int = 20_000
) -> dict[str, Any]:
    """Writes blind-mlp.json: the network of the best step on a tenth of the drives, held out; its errors."""
    torch.manual_seed(seed)
    inputs, poses, drives = examples(data / "driving.jsonl", emphases)
    held = {name for name in set(drives) if int(order(name)[:8], 16) % 10 == 0} or {min(drives, key=order)}
    is_held = torch.tensor([name in held for name in drives])
    train, right = inputs[~is_held], poses[~is_held]
    # What never changes has no spread.
    mean, std = train.mean(0), train.std(0)
    std = torch.where(std < 1e-6, torch.ones_like(std), std)
    sizes = (inputs.shape[1], width, width, 3 * _POSES)
    layers = [nn.Linear(before, after) for before, after in pairwise(sizes)]
    # Poses in metres are large beside a fresh network's answers; the last layer starts at their mean and spread.
    spread = right.std(0).clamp(min=1e-3)
    network = nn.Sequential(*[part for layer in layers[:-1] for part in (layer, nn.ReLU())], layers[-1])
    weights = torch.tensor(_WEIGHTS * _POSES)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)

    def said(rows: Tensor) -> Tensor:
        return network((rows - mean) / std) * spread + right.mean(0)

    best, best_layers, waited = float("inf"), _copied(layers), 0
    for step in range(steps):
        chosen = torch.randint(len(train), (min(_BATCH, len(train)),))
        # L2 of points, which is what is judged; its square would be ruled by the few fast ones.
        error = ((said(train[chosen]) - right[chosen]) * weights).view(-1, _POSES, 3)
        optimizer.zero_grad()
        (error.square().sum(-1) + 1e-4).sqrt().mean().backward()
        optimizer.step()
        schedule.step()
        if (step + 1) % _CHECK_EVERY == 0:
            with torch.no_grad():
                now = ade_m(said(inputs[is_held]), poses[is_held])
            best, best_layers, waited = (now, _copied(layers), 0) if now < best else (best, best_layers, waited + 1)
            if waited == _PATIENCE:
                break
    *hidden, (weight, bias) = best_layers
    # The scale of the poses goes into the last layer: whoever reads the file multiplies and adds, nothing else.
    last = (weight * spread[:, None], bias * spread + right.mean(0))
    report = {"records": len(drives), "held_out": int(is_held.sum()), "held_out_ade_3s_m": round(best, 4)}
    network_file = {
        "inputs": input_names(),
        "mean": mean.tolist(),
        "std": std.tolist(),
        "layers": [{"weight": _rounded(weight), "bias": _rounded(bias)} for weight, bias in [*hidden, last]],
        "activation": "relu",
        "outputs": "8 x [x, y, heading] at 0.5 to 4.0 s; m, rad, ego frame now",
        "trained": report,
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "blind-mlp.json").write_text(json.dumps(network_file) + "\n")
    return report


def _copied(layers: list[nn.Linear]) -> list[tuple[Tensor, Tensor]]:
    return [(layer.weight.detach().clone(), layer.bias.detach().clone()) for layer in layers]


def _rounded(values: Tensor) -> Any:
    """Six digits: a third of the file, and less than a millimetre."""
    return [_rounded(each) if each.ndim else float(f"{each.item():.6g}") for each in values]


def answer(network_file: dict[str, Any], prompt: str) -> list[list[float]]:
    """Eight poses, as any reader of the file gets them."""
    values = (torch.tensor(inputs_of(prompt)) - torch.tensor(network_file["mean"])) / torch.tensor(network_file["std"])
    for index, layer in enumerate(network_file["layers"]):
        values = torch.tensor(layer["weight"]) @ (values.relu() if index else values) + torch.tensor(layer["bias"])
    return values.view(_POSES, 3).tolist()
