"""Pre-trains the demo's BERT on generated text: masked words and next-passage prediction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import grammar
import torch
from transformers import BertConfig, BertForPreTraining, PreTrainedTokenizerFast

_IGNORED = -100


@dataclass(frozen=True)
class Recipe:
    """How to pre-train. ``mask_share`` of the pieces is predicted, as in Devlin et al. 2019."""

    pairs: int = 320_000
    batch_size: int = 64
    learning_rate: float = 1e-3
    warmup_share: float = 0.08
    weight_decay: float = 0.01
    mask_share: float = 0.2
    seed: int = 0


class MaskedPairs:
    """Batches of similar length with masked pieces, each pair once, in a seeded order."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, recipe: Recipe) -> None:
        text = grammar.corpus(recipe.pairs, recipe.seed)
        encoded = tokenizer(
            [pair.first for pair in text], [pair.second for pair in text], truncation=True
        )
        self._ids: list[list[int]] = encoded["input_ids"]
        self._types: list[list[int]] = encoded["token_type_ids"]
        self._unrelated = [int(not pair.continues) for pair in text]
        self._tokenizer = tokenizer
        self._recipe = recipe
        self._random = torch.Generator().manual_seed(recipe.seed)

    def __len__(self) -> int:
        return len(self._ids) // self._recipe.batch_size

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        size = self._recipe.batch_size
        order = torch.randperm(len(self._ids), generator=self._random).tolist()
        for start in range(0, len(order) - size + 1, 32 * size):
            block = sorted(order[start : start + 32 * size], key=lambda i: len(self._ids[i]))
            batches = [block[k : k + size] for k in range(0, len(block) - size + 1, size)]
            for k in torch.randperm(len(batches), generator=self._random).tolist():
                yield self._batch(batches[k])

    def _batch(self, members: list[int]) -> dict[str, torch.Tensor]:
        longest = max(len(self._ids[i]) for i in members)
        ids = torch.full((len(members), longest), self._tokenizer.pad_token_id)
        types = torch.zeros_like(ids)
        for row, i in enumerate(members):
            ids[row, : len(self._ids[i])] = torch.tensor(self._ids[i])
            types[row, : len(self._types[i])] = torch.tensor(self._types[i])
        attention = (ids != self._tokenizer.pad_token_id).long()
        masked, labels = self._mask(ids)
        return {
            "input_ids": masked,
            "token_type_ids": types,
            "attention_mask": attention,
            "labels": labels,
            "next_sentence_label": torch.tensor([self._unrelated[i] for i in members]),
        }

    def _mask(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Of the chosen pieces 80 % become [MASK], 10 % any piece, 10 % stay."""
        special = torch.isin(ids, torch.tensor(self._tokenizer.all_special_ids))
        draw = torch.rand(ids.shape, generator=self._random)
        chosen = (draw < self._recipe.mask_share) & ~special
        labels = torch.where(chosen, ids, torch.full_like(ids, _IGNORED))
        fate = torch.rand(ids.shape, generator=self._random)
        anything = torch.randint(len(self._tokenizer), ids.shape, generator=self._random)
        mask_id = torch.full_like(ids, int(self._tokenizer.mask_token_id))
        ids = torch.where(chosen & (fate < 0.8), mask_id, ids)
        return torch.where(chosen & (fate >= 0.9), anything, ids), labels


def pretrain(
    config: BertConfig,
    tokenizer: PreTrainedTokenizerFast,
    recipe: Recipe,
    vectors: torch.Tensor,
    random_share: float,
) -> BertForPreTraining:
    """A BERT with ``config`` trained for one pass over ``recipe.pairs`` generated pairs.

    Its embeddings begin as ``vectors`` plus ``random_share`` of their usual random start.
    """
    torch.manual_seed(recipe.seed)
    model = BertForPreTraining(config)
    embeddings = model.bert.embeddings.word_embeddings.weight
    with torch.no_grad():
        embeddings.mul_(random_share).add_(vectors)
    model.train()
    batches = MaskedPairs(tokenizer, recipe)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": others}],
        lr=recipe.learning_rate,
        weight_decay=0.0,
    )
    warmup = max(1, round(recipe.warmup_share * len(batches)))

    def rate(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        return max(0.0, (len(batches) - step) / (len(batches) - warmup))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    began, recent = time.monotonic(), 0.0
    for step, batch in enumerate(batches, start=1):
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        recent += loss.item()
        if step % 200 == 0:
            elapsed = time.monotonic() - began
            print(
                f"step {step}/{len(batches)}  loss {recent / 200:.3f}  {elapsed:.0f} s", flush=True
            )
            recent = 0.0
    return model.eval()
