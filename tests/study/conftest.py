"""A study so small that it takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

TOML = """
title = "Tiny"
inits = ["pretrained", "scratch"]

[models.tiny]
path = "model"

[training]
epochs = { pretrained = 2, scratch = 3 }
learning_rate = 2e-3
batch_size = 16

[tasks.first]
task = "custom"
data = "first"
text_columns = ["text"]
max_length = 32
other = "second"

[tasks.second]
task = "custom"
data = "second"
text_columns = ["text"]
max_length = 32
landscape = false
epochs = 1

[compute]
threads = 1

[curves]
points = 5
inits = ["pretrained"]

[surfaces]
points = 9

[groups]
groups = ["low", "1-2"]
points = 3

[rollback]

[hessian]
groups = ["low"]
steps = 2
probes = 2
train_examples = 16
inits = ["pretrained"]

[figures]
formats = ["png"]
preset = "acl-column"

[figures.tasks]
2 = ["first"]
5 = ["first"]
table1 = ["first"]

[report]
formats = ["json"]

[export]
formats = ["csv"]
"""


@pytest.fixture(scope="session")
def tiny_study(tmp_path_factory) -> Path:
    """The file, beside its model and its data."""
    from support.tiny_models import make_tiny_model, make_tiny_task

    home = tmp_path_factory.mktemp("study")
    make_tiny_model(home / "model")
    make_tiny_task(home / "first")
    make_tiny_task(home / "second", seed=1)
    path = home / "tiny.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


@pytest.fixture
def written(tmp_path):
    """Writes a study file."""

    def write(text: str) -> Path:
        path = tmp_path / "x.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
