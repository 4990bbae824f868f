"""The command line: `python -m outrider_training run RECIPE`, `dry-run RECIPE`, `all RECIPE…`, and what stands around them."""

import argparse
import ctypes
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from .errors import TrainingError

# Exit code where schedule.minutes are over and --resume goes on; 0 is trained to the end, 2 an error.
PAUSED = 3

# Read by libgomp and OpenBLAS when torch is imported: threads that spin for their turn cost up to ten times on cores that
# others use too.
_QUIET = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0", "TOKENIZERS_PARALLELISM": "false"}


def keep_memory() -> None:
    """Tells glibc not to give memory back between steps: the kernel would clear it anew each time, up to a sixth of a step."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        # M_MMAP_MAX, M_TRIM_THRESHOLD, M_TOP_PAD of malloc.h: no blocks of their own, no giving back, 256 MB at a time.
        for option, value in ((-4, 0), (-1, 2**31 - 1), (-2, 1 << 28)):
            mallopt(option, value)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="outrider-train", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("run", "train one stage"),
        ("dry-run", "check a recipe, its data and its memory, and train nothing"),
        ("all", "train stages one after the other, each from the one before"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("recipe", nargs="+" if name == "all" else 1)
        command.add_argument("--model", help="checkpoint to begin from; instead of the recipe's model.start")
        command.add_argument("--data", required=name != "dry-run", help="folder of the recipe's JSONL files")
        command.add_argument("--set", action="append", default=[], metavar="a.b=c", help="another value than the recipe's")
        if name != "dry-run":
            command.add_argument("--out", required=True, help="folder for checkpoints, the final model and pictures")
            command.add_argument("--resume", action="store_true", help="go on from the last checkpoint, if there is one")
        if name == "all":
            command.add_argument("--launcher", default="", help='as in "torchrun --nproc_per_node 2"')
    synthetic = commands.add_parser("synthetic", help="write tiny data for tests; not for a model that anybody uses")
    synthetic.add_argument("--out", required=True, help="folder to write the four JSONL files into")
    synthetic.add_argument("--count", type=int, default=24, help="samples of each file")
    synthetic.add_argument("--seed", type=int, default=1, help="same seed, same bytes")
    blind = commands.add_parser("blind", help="train the planner without eyes that a seeing one is compared with")
    blind.add_argument("--data", required=True, help="folder of driving.jsonl")
    blind.add_argument("--out", required=True, help="folder for blind-mlp.json")
    blind.add_argument("--recipe", help="plans as often as this recipe's data.emphasis shows them to a network that sees")
    blind.add_argument("--width", type=int, default=256, help="of its two hidden layers")
    blind.add_argument("--seed", type=int, default=1, help="of the first weights and the batches")
    blind.add_argument("--steps", type=int, default=20_000, help="at most; it stops when a held-out tenth gets no better")
    ship = commands.add_parser("ship", help="write a trained checkpoint with weights in float16")
    ship.add_argument("--model", required=True, nargs="+", help="checkpoint, as a run's final/; of several the mean of weights")
    ship.add_argument("--out", required=True, help="folder to write")
    spell = commands.add_parser("spell", help="write driving samples again, with plans as a checkpoint's own head says them")
    spell.add_argument("recipe", nargs=1, help="of the stage that the checkpoint comes from: it says where the heads are")
    spell.add_argument("--model", required=True, help="checkpoint with guides.pt, as a run's final/")
    spell.add_argument("--data", required=True, help="a driving.jsonl")
    spell.add_argument("--out", required=True, help="the JSONL file to write")
    spell.add_argument("--part", default="1/1", help="2/3 takes the second of three equal shares: one for each core")
    spell.add_argument("--set", action="append", default=[], metavar="a.b=c", help="another value than the recipe's")
    flags = parser.parse_args(argv)
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        stages = {"run": _run, "dry-run": _dry_run, "all": _all}
        others = {"synthetic": _synthetic, "blind": _blind, "ship": _ship, "spell": _spell}
        return {**stages, **others}[flags.command](flags)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2


def _run(flags: Any) -> int:
    from .recipe import read_recipe

    recipe = read_recipe(flags.recipe[0], flags.set)
    os.environ.setdefault("OMP_NUM_THREADS", str(recipe.threads))
    if sys.platform == "linux":
        keep_memory()
    from . import pictures
    from .checkpoint import check_start
    from .runner import Places, load_processor, train

    start = check_start(flags.model or recipe.model.start)
    places = Places(start, Path(flags.data), Path(flags.out))
    outcome = train(recipe, places, resume=flags.resume)
    if not outcome.is_main:
        return 0
    if outcome.final is None:
        print(f"{places.out}: out of time; the same command with --resume goes on")
        return PAUSED
    report = places.out / "report"
    report.mkdir(exist_ok=True)
    pictures.curves(outcome.history, outcome.meters, report / "curves.png")
    if samples := outcome.held_out[: recipe.logging.samples]:
        processor, _ = load_processor(start, recipe)
        limit = recipe.grpo.max_answer_tokens if recipe.grpo else 256
        said = pictures.answer_samples(outcome.final, samples, processor, recipe.model.dtype, limit)
        pictures.sample_table(samples, said, report / "samples.png")
    if outcome.held_out_rewards:
        outcome.held_out_rewards.save(report / "held-out-rewards.json")
        pictures.reward_changes(outcome.held_out_rewards, report / "held-out-rewards.png")
        print("\n".join(outcome.held_out_rewards.lines()))
    for meter in outcome.meters:
        if meter.history:
            print(f"reward {meter.name}: first {meter.history[0]}; last {meter.history[-1]}")
    print(f"{outcome.final}: compile it with `outrider compile {outcome.final} BUNDLE`; pictures in {report}")
    return 0


def _synthetic(flags: Any) -> int:
    from .synthetic import write_synthetic

    write_synthetic(Path(flags.out), count=flags.count, seed=flags.seed)
    return 0


def _blind(flags: Any) -> int:
    from .blind import train_blind
    from .recipe import read_recipe

    emphases = read_recipe(flags.recipe).data.emphasis if flags.recipe else ()
    report = train_blind(
        Path(flags.data), Path(flags.out), emphases=emphases, width=flags.width, seed=flags.seed, steps=flags.steps
    )
    print(report)
    return 0


def _ship(flags: Any) -> int:
    from .shipping import ship

    print(f"{flags.out}: {ship([Path(model) for model in flags.model], Path(flags.out)) / 1e6:.1f} MB of weights")
    return 0


def _spell(flags: Any) -> int:
    from .recipe import read_recipe

    recipe = read_recipe(flags.recipe[0], flags.set)
    os.environ.setdefault("OMP_NUM_THREADS", str(recipe.threads))
    index, _, count = flags.part.partition("/")
    if not (index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise TrainingError("PART_UNKNOWN", "a share as 1/2, with the first number at most the second", flags.part)
    from .spelling import spell

    written = spell(recipe, Path(flags.model), Path(flags.data), Path(flags.out), part=(int(index), int(count)))
    print(f"{flags.out}: {written} samples")
    return 0


def _dry_run(flags: Any) -> int:
    from .dry_run import dry_run

    print(dry_run(Path(flags.recipe[0]), model=flags.model, data=flags.data, overrides=flags.set))
    return 0


def _all(flags: Any) -> int:
    """Each stage is a process of its own: nothing of one, on a device or in a library, is left for the next."""
    model = flags.model
    for path in flags.recipe:
        out = Path(flags.out) / Path(path).stem
        if flags.resume and (out / "report").is_dir():
            print(f"{path}: done before")
        else:
            words = [*(shlex.split(flags.launcher) or [sys.executable]), "-m", "outrider_training", "run", path]
            words += ["--data", flags.data, "--out", str(out), *(["--model", model] if model else [])]
            words += [word for value in flags.set for word in ("--set", value)] + (["--resume"] if flags.resume else [])
            print(shlex.join(words), flush=True)
            if code := subprocess.run(words, check=False).returncode:
                return code
        model = str(out / "final")
    return 0
