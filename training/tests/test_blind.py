"""The planner without eyes: what it reads of a prompt, and that its file is the network that was trained."""

import copy
import json
import math
from pathlib import Path

import pytest
import torch

from outrider_training.blind import ade_m, answer, examples, input_names, inputs_of, train_blind
from outrider_training.errors import TrainingError
from outrider_training.main import main
from outrider_training.recipe import Emphasis

PROMPT = """1: <image>. This image is the front view of the ego vehicle.
Ego frame now: origin at the rear axle, x forward, y left (m), heading counter-clockwise (rad).
Speed: 5.20 m/s. Acceleration: -0.20 m/s^2. Yaw rate: unknown.
Ego history [t s,x,y,heading,speed]: [-1.00,-5.00,0.10,-0.01,5.00][-0.50,-2.60,0.05,unknown,5.10].
Route: turn left in 40 m. Speed limit: 50 km/h.
Plan the next 4 s."""


def named(prompt: str) -> dict[str, float]:
    return dict(zip(input_names(), inputs_of(prompt), strict=True))


def test_numbers_are_read_from_the_prompt_and_unknown_ones_are_marked() -> None:
    found = named(PROMPT)
    told = {name: value for name, value in found.items() if value}
    assert told == {
        "speed": 5.2,
        "acceleration": -0.2,
        # The latest first; one of the numbers of the latest is unknown.
        **{"past1_x": -5.0, "past1_y": 0.1, "past1_heading": -0.01, "past1_speed": 5.0, "past1_known": 1.0},
        "route_turn left": 1.0,
        **{"distance": 40.0, "distance_known": 1.0, "limit": 50.0, "limit_known": 1.0},
    }


@pytest.mark.parametrize(
    "route", ["Route: unknown.", "Route: unknown. Speed limit: 30 km/h.", "Route: change lane right in 7 m."]
)
def test_any_route_of_the_runtime_is_read(route: str) -> None:
    found = named(PROMPT.replace("Route: turn left in 40 m. Speed limit: 50 km/h.", route))
    assert found["limit_known"] == ("limit" in route) and found["distance_known"] == (" in " in route)
    assert sum(value for name, value in found.items() if name.startswith("route_")) == 1


@pytest.mark.parametrize("gone", ["Speed: 5.20", "Ego history", "Route:"])
def test_a_prompt_that_is_no_plans_is_refused(gone: str) -> None:
    with pytest.raises(ValueError, match="in the prompt"):
        inputs_of(PROMPT.replace(gone, "x"))


def plans(folder: Path, count: int) -> None:
    """Of cars that keep their speed, each a drive of its own."""
    lines = []
    for index in range(count):
        speed = 2 + 10 * ((index * math.sqrt(2)) % 1)
        poses = [[round(0.5 * speed * (step + 1), 2), 0.0, 0.0] for step in range(8)]
        messages = [
            {"role": "user", "content": [{"type": "text", "text": PROMPT.replace("Speed: 5.20", f"Speed: {speed:.2f}")}]},
            {"role": "assistant", "content": "{}"},
        ]
        meta = {"group": f"g{index}", "family": "f", "seed": index}
        record = {"id": f"p{index}", "task": "driving/plan", "messages": messages, "images": ["x.png"], "meta": meta}
        lines.append(json.dumps({**record, "truth": {"poses": poses}}))
    (folder / "driving.jsonl").write_text("\n".join(lines) + "\n")


def test_it_learns_what_can_be_known_and_its_file_is_the_network(tmp_path: Path) -> None:
    plans(tmp_path, 200)
    report = train_blind(tmp_path, tmp_path / "out", steps=800)
    assert report["held_out_ade_3s_m"] < 0.3
    network = json.loads((tmp_path / "out" / "blind-mlp.json").read_text())
    assert len(network["inputs"]) == len(network["mean"]) == len(network["std"]) == len(network["layers"][0]["weight"][0])
    for speed in (3.0, 8.0):
        said = torch.tensor([answer(network, PROMPT.replace("Speed: 5.20", f"Speed: {speed:.2f}"))]).flatten(1)
        right = torch.tensor([[[0.5 * speed * (step + 1), 0.0, 0.0] for step in range(8)]]).flatten(1)
        assert ade_m(said, right) < 0.4
    again = train_blind(tmp_path, tmp_path / "again", steps=800)
    assert again == report
    assert (tmp_path / "again" / "blind-mlp.json").read_bytes() == (tmp_path / "out" / "blind-mlp.json").read_bytes()


def test_it_is_shown_a_plan_as_often_as_a_network_that_sees(tmp_path: Path) -> None:
    plans(tmp_path, 20)
    path = tmp_path / "driving.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    for record in records[:4]:
        record["meta"]["constant_velocity_ade_m"] = 5.0
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    inputs, poses, drives = examples(path, [Emphasis(times=3, hard_m=2.5)])
    assert len(inputs) == len(poses) == len(drives) == 20 + 4 * 2
    assert {name: drives.count(name) for name in drives} == {f"f-{index}": 3 if index < 4 else 1 for index in range(20)}


def test_the_error_is_that_of_the_first_three_seconds() -> None:
    right = torch.zeros(1, 24)
    said = copy.deepcopy(right).view(1, 8, 3)
    said[0, :, 1] = torch.tensor([1.0] * 6 + [100.0] * 2)
    said[0, :, 2] = 9.0
    assert ade_m(said.flatten(1), right) == 1.0


def test_the_command_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plans(tmp_path, 3)
    assert main(["blind", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "DATA_TOO_SMALL" in capsys.readouterr().err
    with pytest.raises(TrainingError, match="DATA_MISSING"):
        train_blind(tmp_path / "nowhere", tmp_path)
