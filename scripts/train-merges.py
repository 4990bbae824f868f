"""Byte-level BPE merges of the random checkpoints -> src/compiler/random/{word,phrase}-merges.ts.

words: with Qwen2's own pattern, for vocabularies of its size. phrases: with the nano's, whose tokens may span many words, so that
what every prompt repeats costs a token a line. The text is what the small driver reads and writes (messages of training files,
`outrider dataset` and `outrider dataset-embodied`); for words also the English of the installed packages' READMEs, so that
words that no drive has are short too. Run from the repository root:
python scripts/train-merges.py phrases DATA/driving.jsonl DATA/cot.jsonl DATA/embodied.jsonl
"""
import glob
import itertools
import json
import re
import sys

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

# 2048 tokens with the 256 bytes and the 14 special tokens of Qwen2-VL; the nano has numbers beside them.
MERGES = 2048 - 256 - 14

# Enough of each file: merges of a few hundred answers are those of all.
SAMPLES = 3000


def pattern(name):
    """As qwen-tokenizer.ts has it, which is where it is explained."""
    source = open("src/compiler/random/qwen-tokenizer.ts", encoding="utf-8").read()
    return re.search(rf"const {name} =\s*String.raw`([^`]*)`", source)[1]


def texts(path):
    """Every message of a training file, its parts as they stand in the prompt."""
    with open(path, encoding="utf-8") as lines:
        for line in itertools.islice(lines, SAMPLES):
            for message in json.loads(line)["messages"]:
                content = message["content"]
                yield message["role"] + "\n"
                yield from [content] if isinstance(content, str) else (part["text"] for part in content if "text" in part)


def readme_prose():
    """No links, tables, code or headings."""
    paths = sorted(glob.glob("node_modules/**/README.md", recursive=True))
    lines = [line for path in paths for line in open(path, encoding="utf-8", errors="replace") if line.isascii()]
    return [line for line in lines if line[0].isalpha() and not any(mark in line for mark in ("http", "|", "`", "<", "=", "--", ";"))]


kind, *paths = sys.argv[1:]
if kind not in ("words", "phrases") or not paths:
    sys.exit("say words or phrases, and name the training files")
files = [list(texts(path)) for path in paths]
corpus = [text for own in files for text in own]
if kind == "words":
    # Each file weighs as much as the others, and all of them twice as much as the READMEs.
    readmes = readme_prose()
    weight = 2 * sum(map(len, readmes)) / len(files)
    corpus = [*readmes, *(text for own in files for text in own * max(1, round(weight / sum(map(len, own)))))]
tokenizer = Tokenizer(models.BPE())
# Numbers have merges of their own (number-merges.ts), which none of these may be again.
words = Regex(pattern(kind.upper()).replace(r"\p{N}{1,3}", r"\p{N}"))
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Split(words, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
)
trainer = trainers.BpeTrainer(vocab_size=256 + MERGES, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
tokenizer.train_from_iterator(corpus, trainer)
merges = [" ".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
assert len(merges) == MERGES

lines, line = [], ""
for merge in merges:
    if line and len(line) + len(merge) > 105:
        lines.append(line)
        line = ""
    line += ("  " if line else "") + merge
lines.append(line)
quoted = "\n".join("  '" + text.replace("\\", "\\\\").replace("'", "\\'") + "'," for text in lines)
name = kind.removesuffix("s")
with open(f"src/compiler/random/{name}-merges.ts", "w", encoding="utf-8") as out:
    out.write(
        "// Made by scripts/train-merges.py; do not edit. Two spaces part the merges; GPT-2's letters stand for the bytes.\n"
        f"const LINES = [\n{quoted}\n]\n\n"
        f"/** Merges of the byte-level BPE over {kind}, most frequent first, each as `left right`. */\n"
        f"export const {name.upper()}_MERGES: readonly string[] = LINES.flatMap((line) => line.split('  '))\n"
    )
