"""What the Rust tokenizers make of random texts. Usage: token_ids.py OUT: OUT/tokenizer.json and OUT/texts.json [[text, ids, decoded]]."""
import json
import random
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

out = Path(sys.argv[1])
random.seed(5)
# Of Qwen2.5's tokenizer.json.
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|image_pad|>"]
PIECES = ["a", "b", "Z", "é", "e\u0301", "n\u0303", "1", "٣", "Ⅷ", "½", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "'s", "'S", "'Ll", "’s", ".", ",",
          '{"', '":', "],[", "-0.5", "車", "🚗", "👨‍👩‍👧", "\u200d", "\u0301", "İ", "ß", "ſ", "\u212a", "<|im_end|>", "<|im_start|>", "<|image_pad|>", "<think>",
          "\ufeff", "\x00", "\x7f", "\u0085", "\u2028", "ﷺ", "한국", "किं", "𝒳", "'RE", "_", "\\", "|"]

tokenizer = Tokenizer(models.BPE())
tokenizer.normalizer = normalizers.NFC()
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Split(Regex(SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(vocab_size=600, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
texts = ["".join(random.choice(PIECES) for _ in range(random.randint(0, 14))) for _ in range(3000)]
tokenizer.train_from_iterator(texts[:500], trainer)
tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
tokenizer.add_tokens([AddedToken("<think>", normalized=False)])
tokenizer.save(str(out / "tokenizer.json"))
encoded = [(text, tokenizer.encode(text, add_special_tokens=False).ids) for text in texts]
(out / "texts.json").write_text(json.dumps([[text, ids, tokenizer.decode(ids, skip_special_tokens=False)] for text, ids in encoded]))
