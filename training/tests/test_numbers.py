"""How far off a token that is a number is."""

import math

import pytest
import torch

from outrider_training.numbers import Numbers

WORDS = ["0", "1", "2", "12", ".00", ".25", ".5", "],[", "-1", "a1"]


class Vocabulary:
    def __len__(self) -> int:
        return len(WORDS)

    def convert_ids_to_tokens(self, numbers: range) -> list[str | None]:
        return [WORDS[number] for number in numbers]


def logits(**probable: float) -> torch.Tensor:
    """Of the tokens named n0, n1, …; the others are out of the question."""
    values = torch.full((1, len(WORDS)), -1e4)
    for name, share in probable.items():
        values[0, int(name[1:])] = math.log(share)
    return values


@pytest.mark.parametrize(
    ("said", "right", "distance"),
    [
        (logits(n3=1.0), "12", 0.0),
        (logits(n3=1.0), "2", 10.0),
        (logits(n1=0.5, n3=0.5), "2", 0.5 * 1 + 0.5 * 10),
        # What is no whole number takes no part: 0 and 1 are the only ones there, alike.
        (logits(n0=0.1, n1=0.1, n7=0.8), "1", 0.5),
        (logits(n4=0.5, n5=0.5), ".25", 0.125),
        # A tenth alone, a sign, or anything else is no number of these.
        (logits(n0=1.0), ".5", 0.0),
        (logits(n0=1.0), "-1", 0.0),
        (logits(n0=1.0), "],[", 0.0),
    ],
)
def test_each_number_is_as_wrong_as_it_is_far(said: torch.Tensor, right: str, distance: float) -> None:
    found = Numbers(Vocabulary()).distance(said, torch.tensor([WORDS.index(right)]))
    assert float(found) == pytest.approx(distance, abs=1e-5)


def test_numbers_are_known_among_other_tokens() -> None:
    labels = torch.tensor([WORDS.index(word) for word in ("12", "],[", ".25", ".5", "-1")])
    assert Numbers(Vocabulary()).among(labels).tolist() == [True, False, True, False, False]


def test_distances_add_up_and_pull_towards_what_is_right() -> None:
    said = torch.zeros(2, len(WORDS), requires_grad=True)
    numbers = Numbers(Vocabulary())
    labels = torch.tensor([WORDS.index("12"), WORDS.index("],[")])
    numbers.distance(said, labels).backward()
    assert said.grad is not None
    pull = -said.grad[0]
    assert pull[3] > 0 > pull[2] > pull[1] > pull[0]
    assert not said.grad[1].any()
