"""Training samples: a JSONL file as record.schema.json describes it, one sample a line."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from .emphasis import times
from .errors import TrainingError
from .recipe import Emphasis, Source

SCHEMA_FILE = Path(__file__).parent / "record.schema.json"


@dataclass(frozen=True)
class Record:
    id: str
    task: str
    messages: list[dict[str, Any]]
    # Absolute, in the order of the image parts.
    images: list[str]
    # Where it stands, as file:line.
    place: str
    views: list[str] = field(default_factory=list)
    coordinates: str | None = None
    max_pixels: int | None = None
    # `mask` absolute.
    truth: dict[str, Any] = field(default_factory=dict)
    # Samples of one set of images have it in common, and come into a training or held out together.
    group: str = ""
    # As the file has it.
    meta: dict[str, Any] = field(default_factory=dict)
    # Neighbouring moments of a drive look alike: what is held out are whole drives.
    drive: str = ""

    @property
    def prompt(self) -> list[dict[str, Any]]:
        return self.messages[:-1]

    @property
    def answer(self) -> str:
        content = self.messages[-1]["content"]
        return content if isinstance(content, str) else "".join(part["text"] for part in content)


@cache
def record_validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text()))


def read_records(path: str | Path) -> Iterator[Record]:
    """Samples of a file in order. Raises DATA_MISSING, DATA_UNREADABLE."""
    path = Path(path).resolve()
    if not path.is_file():
        raise TrainingError("DATA_MISSING", f"a JSONL file at {path}", "no such file", "write it with `outrider dataset`")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _record(line, path, f"{path.name}:{number}")


def _record(line: str, path: Path, place: str) -> Record:
    try:
        raw = json.loads(line)
    except ValueError as cause:
        raise TrainingError("DATA_UNREADABLE", f"one JSON object at {place}", str(cause)) from cause
    for error in record_validator().iter_errors(raw):
        where = ".".join(map(str, error.instance_path)) or "the line"
        raise TrainingError(
            "DATA_UNREADABLE", f"a sample as record.schema.json has it at {place}", f"{where}: {error.message[:300]}"
        )
    if raw["messages"][-1]["role"] != "assistant":
        raise TrainingError("DATA_UNREADABLE", f"an assistant's message at the end, at {place}", raw["messages"][-1]["role"])
    truth = dict(raw.get("truth", {}))
    if "mask" in truth:
        truth["mask"] = str(path.parent / truth["mask"])
    meta = raw.get("meta", {})
    group = str(meta.get("group", raw["id"]))
    return Record(
        id=raw["id"],
        task=raw["task"],
        messages=raw["messages"],
        images=[str(path.parent / image) for image in raw["images"]],
        place=place,
        views=raw.get("views", []),
        coordinates=raw.get("coordinates"),
        max_pixels=raw.get("max_pixels"),
        truth=truth,
        group=group,
        meta=meta,
        drive=f"{meta['family']}-{meta['seed']}" if "family" in meta and "seed" in meta else group,
    )


def order(name: str) -> str:
    """A fixed shuffle by name, which does not change when others come or go."""
    return hashlib.sha256(name.encode()).hexdigest()


def gather(
    sources: list[Source], folder: str | Path, held_out: int, emphases: Sequence[Emphasis] = ()
) -> tuple[list[Record], list[Record]]:
    """(training, held-out) samples of all sources, those of a group one after the other. Whole drives are held out, those of
    sources that are and at least so many samples more, and are in no source's share. Raises DATA_TOO_SMALL."""
    files = [(source, by_group(Path(folder) / source.path)) for source in sources]
    told = {records[0].drive for source, groups in files if source.held_out for records in groups.values()}
    drives: Counter[str] = Counter()
    for _, groups in files:
        for records in groups.values():
            drives[records[0].drive] += len(records)
    chosen: set[str] = set()
    for drive in sorted(drives.keys() - told, key=order):
        if sum(drives[name] for name in chosen) >= held_out:
            break
        chosen.add(drive)
    training: list[Record] = []
    kept: list[Record] = []
    for source, groups in files:
        names = sorted(groups, key=order)
        if source.held_out:
            kept += [record for name in names for record in groups[name]]
            continue
        left = [
            name for name in names if groups[name][0].drive not in told | chosen for _ in range(repeats(groups[name], emphases))
        ]
        count = round(source.take * len(left))
        training += [record for index in range(count) for record in groups[left[index % len(left)]]]
        kept += [record for name in names if groups[name][0].drive in chosen for record in groups[name]]
    if not training:
        raise TrainingError("DATA_TOO_SMALL", f"more than the {held_out} held-out samples", f"{sum(drives.values())}")
    return training, kept


def repeats(group: list[Record], emphases: Sequence[Emphasis]) -> int:
    """A whole number; of a fraction the share of groups that it says, always the same ones."""
    # Of plans at several speeds the first is the driver's own.
    answers = {record.task: record.answer for record in reversed(group)}
    wanted = times(emphases, answers, group[0].meta)
    return int(wanted + random.Random(f"{group[0].group} emphasis").random())


def by_group(path: Path) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = {}
    for record in read_records(path):
        groups.setdefault(record.group, []).append(record)
    return groups


def asked(group: list[Record], shares: dict[str, float], time: int) -> list[str]:
    """Ids of a group's samples that are asked for when it comes for the `time`th time; at least one."""
    dice = random.Random(f"{group[0].group} {time}")
    drawn = [record.id for record in group if dice.random() < shares.get(record.task, 1.0)]
    return drawn or [group[0].id]


def in_groups(records: list[Record]) -> list[list[int]]:
    """Indices of consecutive samples that ask of the same images, each once."""
    groups: list[list[int]] = []
    for index, record in enumerate(records):
        same = [records[other] for other in groups[-1]] if groups else []
        if same and all(
            other.group == record.group and other.images == record.images and other.id != record.id for other in same
        ):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups
