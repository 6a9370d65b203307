import json
import pickle

import pytest
import torch
from safetensors.torch import save_file

from landscape_gui.runs.weight_files import find_weights, locate, require_weights
from landscape_gui.specs import UserError

STATE = {
    "a.weight": torch.arange(6.0).reshape(2, 3),
    "a.bias": torch.tensor([1.0, -1.0]),
    "b.weight": torch.ones(2, 2, dtype=torch.bfloat16),
}


def write(path, layout):
    match layout:
        case "safetensors":
            save_file(STATE, path / "model.safetensors")
        case "bin":
            torch.save(STATE, path / "pytorch_model.bin")
        case "old_bin":
            torch.save(STATE, path / "pytorch_model.bin", _use_new_zipfile_serialization=False)
        case "shards":
            first = {"a.weight": STATE["a.weight"]}
            save_file(first, path / "model-00001-of-00002.safetensors")
            save_file(
                {k: v for k, v in STATE.items() if k not in first},
                path / "model-00002-of-00002.safetensors",
            )
            where = {k: f"model-0000{1 if k in first else 2}-of-00002.safetensors" for k in STATE}
            (path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": where}))


@pytest.mark.parametrize("layout", ["safetensors", "bin", "old_bin", "shards"])
def test_every_layout_reads_the_same(tmp_path, layout):
    write(tmp_path, layout)
    files = require_weights(tmp_path)
    assert files.shapes() == {name: tuple(value.shape) for name, value in STATE.items()}
    found = files.read(["b.weight", "a.weight"])
    assert found.keys() == {"a.weight", "b.weight"}
    assert all(torch.equal(found[name], STATE[name]) for name in found)
    with pytest.raises(KeyError):
        files.read(["c"])


@pytest.mark.parametrize("layout", ["safetensors", "bin", "shards"])
def test_the_hash_changes_with_a_single_weight(tmp_path, layout):
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, layout)
    one, two = (require_weights(tmp_path / name).sha256() for name in ("one", "two"))
    assert one == two
    assert len(one) == 64
    path = require_weights(tmp_path / "three").paths[-1]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert require_weights(tmp_path / "three").sha256() != one


def test_a_file_written_anew_is_read_anew(tmp_path):
    save_file({"a": torch.zeros(2)}, tmp_path / "model.safetensors")
    before = require_weights(tmp_path).sha256()
    assert require_weights(tmp_path).shapes() == {"a": (2,)}
    save_file({"b": torch.zeros(3, 3)}, tmp_path / "model.safetensors")
    assert require_weights(tmp_path).shapes() == {"b": (3, 3)}
    assert require_weights(tmp_path).sha256() != before


def test_no_weights_is_none_or_an_error(tmp_path):
    assert find_weights(tmp_path) is None
    with pytest.raises(UserError, match="holds no weights"):
        require_weights(tmp_path)
    with pytest.raises(UserError, match="no directory"):
        require_weights(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_damaged_files_are_named(tmp_path, name):
    write(tmp_path, "safetensors" if name.endswith("safetensors") else "bin")
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match=name):
        require_weights(tmp_path).shapes()


class Boom:
    def __reduce__(self):
        return (pytest.fail, ("the pickle ran code",))


def test_a_pickle_that_would_run_code_is_refused(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(pickle.dumps({"a": Boom()}, protocol=2))
    with pytest.raises(UserError, match="more than weights"):
        require_weights(tmp_path).shapes()
    torch.save({"a": Boom()}, tmp_path / "pytorch_model.bin")
    with pytest.raises(UserError, match="more than weights"):
        require_weights(tmp_path).shapes()


@pytest.mark.parametrize("shard", ["../elsewhere.safetensors", "/etc/passwd", "", 3])
def test_an_index_cannot_name_files_elsewhere(tmp_path, shard):
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": shard}}))
    with pytest.raises(UserError, match=r"index\.json"):
        find_weights(tmp_path)


def test_a_missing_shard_is_named(tmp_path):
    write(tmp_path, "shards")
    (tmp_path / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(UserError, match=r"model-00002-of-00002\.safetensors, which is not there"):
        find_weights(tmp_path)


def test_names_are_located_with_and_without_prefix_and_in_their_oldest_form():
    wanted = ("bert.x.LayerNorm.weight", "bert.y.dense.bias", "bert.z.LayerNorm.bias", "bert.q.w")
    stored = ["bert.x.LayerNorm.gamma", "y.dense.bias", "z.LayerNorm.beta", "other"]
    assert locate(stored, wanted) == {
        "bert.x.LayerNorm.weight": "bert.x.LayerNorm.gamma",
        "bert.y.dense.bias": "y.dense.bias",
        "bert.z.LayerNorm.bias": "z.LayerNorm.beta",
    }
    assert locate(["y.b", "bert.y.b"], ("bert.y.b",)) == {"bert.y.b": "bert.y.b"}


def test_weights_without_names_are_refused(tmp_path):
    torch.save({0: torch.zeros(2), "a": torch.zeros(2)}, tmp_path / "pytorch_model.bin")
    with pytest.raises(UserError, match="does not hold named weights"):
        require_weights(tmp_path).shapes()


def test_an_index_nested_too_deeply_is_named(tmp_path):
    (tmp_path / "model.safetensors.index.json").write_text("[" * 100_000)
    with pytest.raises(UserError, match=r"index\.json cannot be read"):
        find_weights(tmp_path)
