"""Tokens that are numbers: how far off they are, which the probability of the right one alone does not say."""

import re
from typing import Any

import torch
from torch import Tensor

# A whole number, or the hundredths behind one, as the nano's tokenizer has them; of Qwen's single digits 9 is no farther from
# 10 than 1 is, and their distance says nothing.
_KINDS = (re.compile(r"\d+"), re.compile(r"\.\d\d"))


class Numbers:
    """The tokens of a vocabulary that are numbers, by kind; values in what they count: metres, pixels."""

    def __init__(self, tokenizer: Any) -> None:
        tokens = enumerate(tokenizer.convert_ids_to_tokens(range(len(tokenizer))))
        texts = [(number, text) for number, text in tokens if text is not None]
        self.kinds: list[tuple[Tensor, Tensor]] = []
        for kind in _KINDS:
            found = [(number, float(text)) for number, text in texts if kind.fullmatch(text)]
            self.kinds.append((torch.tensor([number for number, _ in found]), torch.tensor([value for _, value in found])))

    def among(self, labels: Tensor) -> Tensor:
        """Which of the labels [n] are numbers; boolean."""
        return torch.isin(labels, torch.cat([tokens for tokens, _ in self.kinds]))

    def distance(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Of the labels [n] that are numbers, how far from them the numbers are that logits [n, vocabulary] expect, each as
        probable as it is among its kind, added up: Wasserstein-1 from what is right."""
        total = logits.new_zeros(())
        for tokens, values in self.kinds:
            told = torch.isin(labels, tokens)
            if not bool(told.any()):
                continue
            places = (labels[told][:, None] == tokens).int().argmax(dim=1)
            apart = (values - values[places][:, None]).abs()
            total = total + (logits[told][:, tokens].softmax(dim=-1) * apart).sum()
        return total
