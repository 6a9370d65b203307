"""What the demo ships: loads offline, is balanced, and comes out of its scripts."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from landscape_gui.resource_files import resource

DEMO = resource("demo")
MANIFEST = json.loads((DEMO / "demo.json").read_text(encoding="utf-8"))
TASKS = {task["name"]: task for task in MANIFEST["tasks"]}


def rows(task, split):
    path = DEMO / "data" / task / f"{split}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("task", TASKS)
def test_tasks_are_balanced_and_share_no_text(task):
    columns = TASKS[task]["text_columns"]
    texts = {}
    for split in ("train", "validation"):
        found = rows(task, split)
        counts = Counter(row["label"] for row in found)
        assert set(counts) == set(range(len(TASKS[task]["labels"])))
        assert max(counts.values()) <= 0.6 * len(found)
        texts[split] = {tuple(row[c] for c in columns) for row in found}
        assert len(texts[split]) == len(found)
    assert not texts["train"] & texts["validation"]


@pytest.mark.parametrize("task", TASKS)
def test_development_text_has_words_that_training_text_lacks(task):
    columns = TASKS[task]["text_columns"]
    known, all_words = (
        {word for row in rows(task, split) for c in columns for word in row[c].split()}
        for split in ("train", "validation")
    )
    assert len(all_words - known) > 0.3 * len(all_words)


def test_the_model_loads_offline_and_knows_every_word():
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(DEMO / "model")
    model = AutoModelForSequenceClassification.from_pretrained(DEMO / "model")
    assert model.config.num_hidden_layers >= 3
    for task in TASKS:
        for row in rows(task, "train")[:50]:
            ids = tokenizer(row[TASKS[task]["text_columns"][0]])["input_ids"]
            assert tokenizer.unk_token_id not in ids


def test_it_stays_small():
    size = sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file())
    assert size < 2_000_000


def test_the_data_come_out_of_the_script_byte_for_byte(tmp_path):
    script = Path(__file__).resolve().parents[1] / "packaging" / "demo" / "make_demo.py"
    command = [sys.executable, str(script), "--data-only", "--out", str(tmp_path)]
    subprocess.run(command, check=True, timeout=300)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert made
    for path in made:
        assert (tmp_path / path).read_bytes() == (DEMO / path).read_bytes(), path
