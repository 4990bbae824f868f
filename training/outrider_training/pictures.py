"""Curves and a table of samples, as pictures that a person looks at when a stage has ended."""

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from PIL import Image

from .checks import Prepared
from .held_out import HeldOutRewards
from .rewards import REWARDS, RewardMeter

_WIDTH_IN = 11


def curves(history: list[dict[str, Any]], meters: list[RewardMeter], path: Path) -> None:
    """Loss and learning rate over steps; of each reward its mean, spread and groups without variance."""
    logged = {
        name: [(entry["step"], entry[name]) for entry in history if name in entry]
        for name in ("loss", "eval_loss", "reward", "learning_rate", "grad_norm")
    }
    plots: list[tuple[str, Callable[[Any], None]]] = []
    for name, points in logged.items():
        if points:
            plots.append((name.replace("_", " "), lambda axes, points=points: axes.plot(*zip(*points, strict=True))))
    for meter in meters:
        if meter.history:
            plots.append((f"reward {meter.name}", lambda axes, meter=meter: _reward(axes, meter)))
    rows = (len(plots) + 2) // 3
    figure, grid = plt.subplots(max(rows, 1), 3, figsize=(_WIDTH_IN, 2.6 * max(rows, 1)), squeeze=False)
    for axes in grid.flat:
        axes.set_visible(False)
    for axes, (title, draw) in zip(grid.flat, plots, strict=False):
        axes.set_visible(True)
        axes.set_title(title, fontsize=9)
        draw(axes)
        axes.tick_params(labelsize=7)
        axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _reward(axes: Any, meter: RewardMeter) -> None:
    batches = range(1, len(meter.history) + 1)
    mean = [each.mean for each in meter.history]
    axes.plot(batches, mean, label="mean")
    axes.fill_between(
        batches,
        [each.mean - each.spread for each in meter.history],
        [each.mean + each.spread for each in meter.history],
        alpha=0.2,
    )
    axes.plot(batches, [each.zero_variance_share for each in meter.history], linestyle=":", label="no variance")
    axes.set_ylim(-0.1, 1.1)
    axes.legend(fontsize=6)


def reward_changes(rewards: HeldOutRewards, path: Path) -> None:
    """How far held-out rewards are from where they began, with two standard errors."""
    known = [(step, each) for step, each in rewards.changes() if each]
    figure, axes = plt.subplots(figsize=(5, 3))
    axes.errorbar(
        [step for step, _ in known],
        [each.mean for _, each in known],
        [2 * each.standard_error for _, each in known],
        marker="o",
        capsize=3,
    )
    axes.axhline(0, color="grey", linewidth=0.8)
    axes.set_xlabel("steps")
    axes.set_ylabel("held-out reward, change")
    axes.set_title("mean and two standard errors", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def answer_samples(final: Path, samples: list[Prepared], processor: Any, dtype: str, limit: int) -> list[str]:
    """What the trained model answers to the prompts, greedily; at most `limit` tokens."""
    import torch
    from transformers import AutoModelForImageTextToText

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForImageTextToText.from_pretrained(final, dtype=getattr(torch, dtype)).to(device).eval()
    answers = []
    for sample in samples:
        prompt = processor.apply_chat_template(sample.record.prompt, tokenize=False, add_generation_prompt=True)
        images = [Image.open(path).convert("RGB") for path in sample.record.images]
        inputs = processor(text=[prompt], images=images, return_tensors="pt", add_special_tokens=False).to(device)
        with torch.inference_mode():
            ids = model.generate(**inputs, do_sample=False, max_new_tokens=limit)
        answers.append(processor.tokenizer.decode(ids[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))
    return answers


def sample_table(samples: list[Prepared], said: list[str], path: Path) -> None:
    """Images, the end of the question, what was right and what was said, with every reward that judges it; and as JSONL."""
    rows = []
    for sample, answer in zip(samples, said, strict=True):
        graded = {name: reward(answer, sample.truth) for name, reward in REWARDS.items()}
        rows.append({name: round(value, 3) for name, value in graded.items() if value is not None})
    path.with_suffix(".jsonl").write_text(
        "".join(
            json.dumps({"id": s.record.id, "task": s.record.task, "right": s.record.answer, "said": a, "rewards": r}) + "\n"
            for s, a, r in zip(samples, said, rows, strict=True)
        )
    )
    figure, grid = plt.subplots(len(samples), 2, figsize=(_WIDTH_IN, 2.4 * len(samples)), squeeze=False)
    for (left, right), sample, answer, rewards in zip(grid, samples, said, rows, strict=True):
        left.imshow(_strip(sample.record.images))
        left.set_title(f"{sample.record.task}  {sample.record.id}", fontsize=7)
        grades = ", ".join(f"{name} {value:.2f}" for name, value in rewards.items())
        text = f"right: {_short(sample.record.answer)}\n\nsaid: {_short(answer)}\n\n{grades}"
        right.text(0, 1, text, fontsize=6, family="monospace", va="top", parse_math=False)
        for axes in (left, right):
            axes.axis("off")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _short(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 92)[:5])


def _strip(paths: list[str]) -> Image.Image:
    """Images side by side, equally high."""
    images = [Image.open(path).convert("RGB") for path in paths]
    high = max(image.height for image in images)
    images = [image.resize((image.width * high // image.height, high)) for image in images]
    strip = Image.new("RGB", (sum(image.width for image in images), high))
    left = 0
    for image in images:
        strip.paste(image, (left, 0))
        left += image.width
    return strip
