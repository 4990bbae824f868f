import json
from pathlib import Path

import pytest

from outrider_training.errors import TrainingError
from outrider_training.recipe import Source
from outrider_training.records import Record, asked, gather, read_records


def line(number: int, **columns: object) -> str:
    sample = {
        "id": f"s{number}",
        "task": "t",
        "messages": [{"role": "user", "content": [{"type": "image"}]}, {"role": "assistant", "content": "A"}],
        "images": ["a.png"],
        **columns,
    }
    return json.dumps(sample)


def write(folder: Path, name: str, *lines: str) -> Path:
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "Expecting"),
        (line(1, imgs=[]), "imgs"),
        (line(1, images=[]), "images"),
        (line(1, truth={"pose": []}), "pose"),
        (line(1, truth={"poses": [[0, 0, 0]] * 7}), "truth.poses"),
        (line(1, coordinates="pixels"), "coordinates"),
        (line(1, messages=[{"role": "user", "content": "?"}, {"role": "user", "content": "A"}]), "user"),
    ],
)
def test_a_line_that_is_no_sample_is_refused_with_its_place(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(TrainingError, match="DATA_UNREADABLE") as refused:
        list(read_records(write(tmp_path, "a.jsonl", line(0), text)))
    assert "a.jsonl:2" in str(refused.value)
    assert found in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="DATA_MISSING"):
        list(read_records(tmp_path / "none.jsonl"))


def test_held_out_samples_are_in_no_share_and_shares_may_be_parts_or_repeats(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", *(line(number) for number in range(20)))
    write(tmp_path, "b.jsonl", *(line(number) for number in range(20, 40)))
    sources = [Source(path="a.jsonl", take=0.5), Source(path="b.jsonl", take=2.0)]
    training, held = gather(sources, tmp_path, 10)
    ids = [record.id for record in training]
    assert len(held) == 10
    assert not {record.id for record in held} & set(ids)
    left_of_b = 20 - sum(int(record.id[1:]) >= 20 for record in held)
    assert sum(int(name[1:]) >= 20 for name in ids) == 2 * left_of_b
    assert sum(int(name[1:]) < 20 for name in ids) == round(0.5 * (20 - (10 - (20 - left_of_b))))


def test_a_source_can_be_held_out_whole_and_its_drives_with_it(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", *(line(number) for number in range(20)))
    write(tmp_path, "val.jsonl", *(line(number) for number in range(15, 25)))
    sources = [Source(path="a.jsonl"), Source(path="val.jsonl", held_out=True)]
    training, held = gather(sources, tmp_path, 0)
    assert sorted(int(record.id[1:]) for record in held) == list(range(15, 25))
    assert sorted(int(record.id[1:]) for record in training) == list(range(15))
    # And some more of the other sources.
    training, held = gather(sources, tmp_path, 3)
    assert len(held) == 13 and len(training) == 12


def test_which_samples_are_held_out_does_not_depend_on_their_order(tmp_path: Path) -> None:
    lines = [line(number) for number in range(12)]
    held = []
    for name, order in (("a", lines), ("b", lines[::-1])):
        write(tmp_path, f"{name}.jsonl", *order)
        held.append({record.id for record in gather([Source(path=f"{name}.jsonl")], tmp_path, 4)[1]})
    assert held[0] == held[1]


def test_data_that_is_all_held_out_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", line(1))
    with pytest.raises(TrainingError, match="DATA_TOO_SMALL"):
        gather([Source(path="a.jsonl")], tmp_path, 5)


def test_a_group_is_asked_for_a_task_in_its_share_of_the_times_and_always_for_the_others() -> None:
    def group(name: str) -> list[Record]:
        return [Record(f"{name}/{task}", task, [], [], "x:1", group=name) for task in ("plan", "see", "will")]

    shares = {"see": 0.3, "will": 0.0}
    drawn = [asked(group(name), shares, time) for name in map(str, range(100)) for time in (1, 2)]
    assert all(f"{index // 2}/plan" in ids for index, ids in enumerate(drawn))
    assert 40 < sum(any(name.endswith("/see") for name in ids) for ids in drawn) < 80
    assert not any(name.endswith("/will") for ids in drawn for name in ids)
    # Another time is another draw, the same one the same.
    assert sum(len(one) != len(other) for one, other in zip(drawn[::2], drawn[1::2], strict=True)) > 20
    assert drawn == [asked(group(name), shares, time) for name in map(str, range(100)) for time in (1, 2)]
    # Who is asked nothing learns nothing.
    assert asked(group("a")[2:], shares, 1) == ["a/will"]
