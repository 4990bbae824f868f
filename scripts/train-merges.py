"""Byte-level BPE merges of the random checkpoints -> src/compiler/random/bpe-merges.ts.

The text is what the toy driver reads and writes, and the English of the installed packages' READMEs, so that common
words, JSON and punctuation are short. Run from the repository root: python scripts/train-merges.py
"""
import glob
import json
import textwrap

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

# 2048 tokens with the 256 bytes and the 14 special tokens of Qwen2-VL.
MERGES = 2048 - 256 - 14
QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

DRIVING = """
The front camera shows a clear lane ahead. A pedestrian is crossing from the left, so slow down and stop before the crosswalk.
The traffic light ahead is red. The vehicle in front is braking. Keep the lane and keep a safe distance to the leading vehicle.
A cyclist is on the right side of the road. Change lane to the left, then accelerate. The road bends to the right; follow it.
Turn left at the intersection after the oncoming truck has passed. Turn right. Go straight. Yield to the bus. Keep speed.
The car is parked. A construction zone with cones and a barrier narrows the lane. The trailer is stationary. Motorcycle behind.
You are a helpful assistant. You drive a car. Plan the trajectory of the ego vehicle for the next four seconds.
The views are: front, front left, front right, back, back left, back right. The speed is metres per second. The route command is unknown.
History of the ego vehicle: position, heading, velocity, acceleration, yaw rate, steering angle. Route: straight, left, right.
{"speed": "keep", "path": "straight", "poses": [[0.0, 0.0, 0.0], [1.5, -0.25, 0.01]], "reason": "The lane is free."}
{"speed":"accelerate","path":"left","poses":[[2.5,0.1,0.0],[5.0,0.2,0.02]],"reason":"Nothing is ahead of the car."}
{"speed":"decelerate","path":"right","reason":"The light is red."} {"speed":"stop","path":"lane_change_left"} {"agents":[]}
{"objects": [{"label": "car", "bbox_2d": [120, 80, 240, 160]}, {"label": "pedestrian", "point_2d": [320, 200]}], "state": "moving"}
system user assistant true false null Picture 1: Video 2: Answer in JSON.
"""

paths = sorted(glob.glob("node_modules/**/README.md", recursive=True))
lines = [line for path in paths for line in open(path, encoding="utf-8", errors="replace") if line.isascii()]
# Prose only: no links, tables, code or headings.
readmes = [line for line in lines if line[0].isalpha() and not any(mark in line for mark in ("http", "|", "`", "<", "=", "--", ";"))]
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Split(Regex(QWEN2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
)
trainer = trainers.BpeTrainer(vocab_size=256 + MERGES, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
share = sum(map(len, readmes)) // len(DRIVING) // 2
tokenizer.train_from_iterator([*readmes, *[DRIVING] * share], trainer)
merges = [" ".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
assert len(merges) == MERGES

lines, line = [], ""
for merge in merges:
    if len(line) + len(merge) > 105:
        lines.append(line)
        line = ""
    line += ("  " if line else "") + merge
lines.append(line)
quoted = "\n".join("  '" + text.replace("\\", "\\\\").replace("'", "\\'") + "'," for text in lines)
with open("src/compiler/random/bpe-merges.ts", "w", encoding="utf-8") as out:
    out.write(
        "// Made by scripts/train-merges.py; do not edit. Two spaces part the merges; GPT-2's letters stand for the bytes.\n"
        f"const LINES = [\n{quoted}\n]\n\n"
        "/** Merges of the byte-level BPE, most frequent first, each as `left right`. */\n"
        "export const BPE_MERGES: readonly string[] = LINES.flatMap((line) => line.split('  '))\n"
    )
