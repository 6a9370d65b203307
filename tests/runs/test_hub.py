import huggingface_hub
import pytest
from support.tiny_models import make_tiny_model

from landscape_gui.runs.hub import resolve_model
from landscape_gui.specs import UserError


def test_a_local_directory_is_taken_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models" / "mine").mkdir(parents=True)
    assert resolve_model("models/mine") == tmp_path / "models" / "mine"


def test_what_is_neither_directory_nor_name_is_refused(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name in (tmp_path / "nothing", "./nothing", "a/b/c", "../x"):
        with pytest.raises(UserError, match="There is no model directory"):
            resolve_model(name)


def test_a_name_without_network_says_how_to_get_it():
    with pytest.raises(UserError, match="Hub cannot be reached") as caught:
        resolve_model("example/some-model")
    assert "hf download example/some-model" in caught.value.hint


def test_a_cached_model_needs_no_network(tmp_path, monkeypatch):
    model = make_tiny_model(tmp_path / "snapshot")
    asked = []

    def snapshot_download(name, local_files_only=False, **_):
        asked.append((name, local_files_only))
        return str(model)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    assert resolve_model("example/some-model") == model
    assert asked == [("example/some-model", True)]
