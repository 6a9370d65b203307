"""The demo's WordPiece tokenizer, whose vocabulary follows from the lexicon alone.

It is written down instead of trained: WordPiece training orders equally frequent pieces by a
hash that differs from process to process.
"""

from __future__ import annotations

import string

import lexicon
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ENDINGS = ("##ed", "##es", "##ing", "##ly", "##er", "##est")


def vocabulary() -> dict[str, int]:
    """Pieces to ids: special tokens, signs, letters, endings, then the stems in sorted order."""
    characters = (*".,?!'-", *string.digits, *string.ascii_lowercase)
    inside = tuple(f"##{c}" for c in (*string.digits, *string.ascii_lowercase))
    pieces = (*SPECIAL, *characters, *inside, *ENDINGS, *lexicon.all_words())
    return {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}


def build_tokenizer(max_length: int) -> PreTrainedTokenizerFast:
    """BERT's uncased WordPiece tokenizer over :func:`vocabulary`."""
    vocab = vocabulary()
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, vocab[token]) for token in ("[CLS]", "[SEP]")],
    )
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=max_length,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
