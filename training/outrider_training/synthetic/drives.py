"""Roads with a lead car or a red light, or neither: plans, perception, prediction."""

import json
import math
import random
from typing import Any

from PIL import Image, ImageDraw

from .samples import Writer, messages, object_of, tuple_of

# Multiples of 28, so that resizing changes nothing and a pixel is a pixel.
VIEW = (112, 56)
_VIEWS = ("front", "front_left", "front_right")
_HUNDREDTHS = {"type": "number", "multipleOf": 0.01}
PLAN_SCHEMA = object_of(
    speed={"type": "string", "enum": ["keep", "accelerate", "decelerate", "stop"]},
    path={"type": "string", "enum": ["straight", "turn_left", "turn_right", "change_lane_left", "change_lane_right"]},
    poses={"type": "array", "items": tuple_of(_HUNDREDTHS, _HUNDREDTHS, _HUNDREDTHS), "minItems": 8, "maxItems": 8},
    reason={"type": "string", "maxLength": 120},
)

_PLAN_QUESTION = (
    'Plan the next 4 s. Answer with JSON only: "speed" (keep|accelerate|decelerate|stop), "path" '
    '(straight|turn_left|turn_right|change_lane_left|change_lane_right), "poses" = 8 x [x,y,heading] at 0.5,1.0,...,4.0 s in '
    'the ego frame now, two decimals, "reason" = one sentence. Example: {"speed":"keep","path":"straight","poses":'
    '[[2.51,0.02,0.01],[5.03,0.05,0.01],...],"reason":"The lane ahead is free."}'
)


def _view(dice: random.Random, lead: bool, red: bool, bend: float) -> Image.Image:
    width, height = VIEW
    image = Image.new("RGB", VIEW, (130, 170, 220))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height // 2, width, height), fill=(90, 130, 80))
    top = width // 2 + round(60 * bend)
    draw.polygon([(10, height), (width - 10, height), (top + 6, height // 2), (top - 6, height // 2)], fill=(80, 80, 85))
    if lead:
        draw.rectangle((44, 30, 68, 46), fill=(150, 30, 40))
    if red:
        draw.ellipse((80, 6, 90, 16), fill=(240, 30, 30))
    draw.point([(dice.randrange(width), dice.randrange(height)) for _ in range(40)], fill=(100, 100, 100))
    return image


def _drive(dice: random.Random) -> dict[str, Any]:
    """What the ego sees, and what it should do: follow a bend, or stop for a lead car or a red light."""
    speed = dice.uniform(3, 12)
    lead, red = dice.random() < 0.3, dice.random() < 0.3
    bend = 0.0 if lead or red else dice.uniform(-0.04, 0.04)
    braking = speed * speed / (2 * 12.0) if lead or red else 0.0
    poses, x, y, heading, now = [], 0.0, 0.0, 0.0, speed
    for _ in range(8):
        after = max(0.0, now - 0.5 * braking)
        way = 0.25 * (now + after)
        middle = heading + 0.5 * way * bend
        x, y, heading, now = x + way * math.cos(middle), y + way * math.sin(middle), heading + way * bend, after
        poses.append([round(x, 2) + 0.0, round(y, 2) + 0.0, round(heading, 2) + 0.0])
    what = "A stopped car is ahead." if lead else "The light ahead is red." if red else "The lane ahead is free."
    return {
        "speed_mps": speed,
        "lead": lead,
        "red": red,
        "bend": bend,
        "poses": poses,
        "speed": "stop" if now < 0.1 else "decelerate" if braking else "keep",
        "path": "straight",
        "reason": what,
    }


def plan_text(drive: dict[str, Any]) -> str:
    """The constrained answer, to the letter of the runtime's planAnswerText."""
    poses = ",".join("[" + ",".join(f"{value:.2f}" for value in pose) + "]" for pose in drive["poses"])
    reason = json.dumps(drive["reason"])
    return f'{{"speed":"{drive["speed"]}","path":"{drive["path"]}","poses":[{poses}],"reason":{reason}}}'


def planning(writer: Writer, dice: random.Random, thinks: bool) -> None:
    drive = _drive(dice)
    speed = drive["speed_mps"]
    question = (
        "1: <image> 2: <image> 3: <image>. These three images are the front view, front left view and front right view of the "
        "ego vehicle.\nEgo frame now: origin at the rear axle, x forward, y left (m), heading counter-clockwise (rad).\n"
        f"Speed: {speed:.2f} m/s. Acceleration: 0.00 m/s^2. Yaw rate: {speed * drive['bend']:.2f} rad/s.\n"
        f"Ego history [t s,x,y,heading,speed]: [-1.00,{-speed:.2f},0.00,0.00,{speed:.2f}].\nRoute: unknown.\n{_PLAN_QUESTION}\n"
    )
    follows = f"{drive['reason']} It stays so for 4 s. So I {'stop before it' if drive['lead'] or drive['red'] else 'go on'}."
    thought = f"<think>\n{follows}\n</think>\n" if thinks else ""
    ahead = 12.0 + 3.5
    ring = _lane(drive["bend"])
    truth: dict[str, Any] = {
        "schema": PLAN_SCHEMA,
        "thinks": thinks,
        "poses": drive["poses"],
        "speed": drive["speed"],
        "path": drive["path"],
        "ego_speed": round(speed, 2),
        "agents": [{"poses": [[ahead + 3.15, 0.0, 0.0]] * 9, "length": 4.3, "width": 1.8}] if drive["lead"] else [],
        "drivable": [ring],
    }
    if drive["red"]:
        truth["stop_line"] = {"line": [[ahead + 1, -4.0], [ahead + 1, 4.0]]}
    writer.add(
        "driving/plan",
        messages=messages(3, question, " /think" if thinks else " /no_think", thought + plan_text(drive)),
        images=[
            writer.image(_view(dice, drive["lead"], drive["red"], drive["bend"]), "front"),
            writer.image(_view(dice, False, False, 0.3), "front_left"),
            writer.image(_view(dice, False, False, -0.3), "front_right"),
        ],
        views=list(_VIEWS),
        truth=truth,
    )


def _lane(bend: float) -> list[list[float]]:
    """A road 8 m wide along the bend, from 6 m behind to 70 m ahead."""
    sides: tuple[list[list[float]], list[list[float]]] = ([], [])
    for step in range(-6, 71, 2):
        heading = bend * step
        x = math.sin(heading) / bend if abs(bend) > 1e-6 else float(step)
        y = (1 - math.cos(heading)) / bend if abs(bend) > 1e-6 else 0.0
        for side, points in zip((4.0, -4.0), sides, strict=True):
            points.append([round(x - side * math.sin(heading), 2), round(y + side * math.cos(heading), 2)])
    return sides[0] + sides[1][::-1]


def perceiving(writer: Writer, dice: random.Random) -> None:
    lead, red = dice.random() < 0.6, dice.random() < 0.5
    cars = [
        {"view": "front", "bbox_2d": [44, 30, 69, 47], "label": "car", "motion": "stopped", "occlusion": "none"},
    ]
    lights = [{"view": "front", "bbox_2d": [80, 6, 91, 17], "state": "red", "relevance": "ego"}]
    answer = {
        "objects": cars if lead else [],
        "traffic_lights": lights if red else [],
        "signs": [],
        "lanes": "One lane.",
        "drivable_space": "The lane ahead." if not lead else "Up to the car.",
        "road": "street",
        "weather": "clear",
        "light": "day",
    }
    boxes = [{key: item[key] for key in ("view", "bbox_2d")} for item in answer["objects"] + answer["traffic_lights"]]
    writer.add(
        "driving/perception",
        messages=messages(3, "Describe the scene. Answer with JSON only.\n", " /no_think", json.dumps(answer)),
        images=[
            writer.image(_view(dice, lead, red, 0.0), "front"),
            writer.image(_view(dice, False, False, 0.3), "front_left"),
            writer.image(_view(dice, False, False, -0.3), "front_right"),
        ],
        views=list(_VIEWS),
        coordinates="resized",
        truth={"boxes": boxes},
    )


def predicting(writer: Writer, dice: random.Random) -> None:
    lead = dice.random() < 0.5
    word = "stop" if lead else "keep"
    writer.add(
        "driving/prediction",
        messages=messages(
            1,
            "Agents [number,label,x,y,vx,vy] (ego frame now, m, m/s): [1,car,12.00,0.00,0.00,0.00].\nWhat will each do in the "
            "next 4 s? Answer with JSON only.\n",
            " /no_think",
            f'{{"agents":[{{"agent":1,"intention":"{word}","probability":0.90}}]}}',
        ),
        images=[writer.image(_view(dice, lead, False, 0.0), "front")],
    )
