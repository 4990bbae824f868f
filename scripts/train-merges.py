"""Byte-level BPE merges of the random checkpoints -> src/compiler/random/bpe-merges.ts.

The text is what the small driver reads and writes (messages of training files, `outrider dataset` and `outrider rooms`), and the
English of the installed packages' READMEs, so that words that no drive has are short too. Run from the repository root:
python scripts/train-merges.py DATA/driving.jsonl DATA/cot.jsonl DATA/embodied.jsonl
"""
import glob
import itertools
import json
import sys

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

# 2048 tokens with the 256 bytes and the 14 special tokens of Qwen2-VL.
MERGES = 2048 - 256 - 14
QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

# Enough of each file: merges of a few hundred answers are those of all.
SAMPLES = 2000


def texts(path):
    """Every message of a training file, its parts as they stand in the prompt."""
    with open(path, encoding="utf-8") as lines:
        for line in itertools.islice(lines, SAMPLES):
            for message in json.loads(line)["messages"]:
                content = message["content"]
                yield message["role"] + "\n"
                yield from [content] if isinstance(content, str) else (part["text"] for part in content if "text" in part)


files = {path: list(texts(path)) for path in sys.argv[1:]}
if not files:
    sys.exit("name the training files")
paths = sorted(glob.glob("node_modules/**/README.md", recursive=True))
lines = [line for path in paths for line in open(path, encoding="utf-8", errors="replace") if line.isascii()]
# Prose only: no links, tables, code or headings.
readmes = [line for line in lines if line[0].isalpha() and not any(mark in line for mark in ("http", "|", "`", "<", "=", "--", ";"))]
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Split(Regex(QWEN2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
)
trainer = trainers.BpeTrainer(vocab_size=256 + MERGES, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
# Each file weighs as much as the others, and all of them twice as much as the READMEs.
weight = 2 * sum(map(len, readmes)) / len(files)
said = [text for own in files.values() for text in own * max(1, round(weight / sum(map(len, own))))]
tokenizer.train_from_iterator([*readmes, *said], trainer)
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
