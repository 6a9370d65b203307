import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landscape_gui.runs.text_files import find_split, read_columns
from landscape_gui.specs import UserError

ROWS = [("a red box", 1), ('the "blue" cup, half full', 0)]
TEXTS, LABELS = [text for text, _ in ROWS], [label for _, label in ROWS]


def write(path):
    match path.suffix:
        case ".parquet":
            pq.write_table(pa.table({"text": TEXTS, "label": LABELS, "idx": [0, 1]}), path)
        case ".jsonl":
            lines = [json.dumps({"text": t, "label": k}) for t, k in ROWS]
            path.write_text("\n".join(lines) + "\n\n")
        case ".json":
            path.write_text(json.dumps([{"text": t, "label": k} for t, k in ROWS]))
        case ".tsv":
            path.write_text("text\tlabel\n" + "".join(f"{t}\t{k}\n" for t, k in ROWS))
        case ".csv":
            path.write_text(
                "text,label\n"
                + "".join('"{}",{}\n'.format(t.replace('"', '""'), k) for t, k in ROWS)
            )
    return path


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl", ".json", ".tsv", ".csv"])
def test_every_format_gives_the_same_columns(tmp_path, suffix):
    path = write(tmp_path / f"train{suffix}")
    found = read_columns(find_split(tmp_path, "train"), ("label", "text"))
    assert found["text"] == TEXTS
    assert [int(label) for label in found["label"]] == LABELS
    assert list(tmp_path.iterdir()) == [path]


def test_a_lone_quotation_mark_in_tsv_swallows_nothing(tmp_path):
    (tmp_path / "train.tsv").write_text('text\tlabel\n"open\t0\nnext\t1\n')
    assert read_columns(find_split(tmp_path, "train"), ("text",))["text"] == ['"open', "next"]


@pytest.mark.parametrize("stem", ["validation", "dev", "validation_matched"])
def test_names_of_the_development_split(tmp_path, stem):
    write(tmp_path / "train.csv")
    path = write(tmp_path / f"{stem}.csv")
    assert find_split(tmp_path, "dev") == (path,)


def test_the_hubs_shards_are_read_in_order(tmp_path):
    paths = [write(tmp_path / f"train-0000{i}-of-00002.parquet") for i in range(2)]
    assert find_split(tmp_path, "train") == tuple(paths)
    assert read_columns(tuple(paths), ("text",))["text"] == TEXTS * 2


def test_a_single_file_is_the_split_of_its_name(tmp_path):
    train, dev = write(tmp_path / "mine.csv"), write(tmp_path / "dev.csv")
    assert find_split(train, "train") == (train,)
    assert find_split(dev, "dev") == (dev,)
    with pytest.raises(UserError, match="no development examples"):
        find_split(train, "dev")


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(UserError, match="There is no data directory"):
        find_split(tmp_path / "nowhere", "train")
    write(tmp_path / "train.csv")
    with pytest.raises(UserError, match=r"no development examples.*train\.csv"):
        find_split(tmp_path, "dev")
    write(tmp_path / "train.jsonl")
    with pytest.raises(UserError, match="more than one file"):
        find_split(tmp_path, "train")


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl", ".tsv", ".csv"])
def test_a_missing_column_lists_those_there(tmp_path, suffix):
    path = write(tmp_path / f"train{suffix}")
    with pytest.raises(UserError, match="There is no column sentence") as caught:
        read_columns((path,), ("sentence",))
    assert "text, label" in caught.value.message


def test_damaged_files_are_named_with_their_line(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_text('{"text": "a", "label": 0}\n{"text": \n')
    with pytest.raises(UserError, match="Line 2 of"):
        read_columns((path,), ("text",))
    path.write_bytes(b'{"text": "\xff"}\n')
    with pytest.raises(UserError, match="UTF-8"):
        read_columns((path,), ("text",))
    path = tmp_path / "train.parquet"
    path.write_bytes(b"PAR1 nonsense")
    with pytest.raises(UserError, match="cannot be read"):
        read_columns((path,), ("text",))
    path = tmp_path / "train.csv"
    path.write_text("text,label\nonly one\n")
    with pytest.raises(UserError, match=r"Line 2 of .* has 1 columns instead of 2"):
        read_columns((path,), ("text",))


@pytest.mark.parametrize(("suffix", "mark"), [(".csv", ","), (".tsv", "\t")])
def test_a_text_is_not_cut_at_the_mark_between_columns(tmp_path, suffix, mark):
    path = tmp_path / f"train{suffix}"
    path.write_text(mark.join(("label", "text")) + "\n" + mark.join(("0", "the box", " near")))
    with pytest.raises(UserError, match=r"Line 2 of .* has 3 columns instead of 2"):
        read_columns((path,), ("text",))
    path.write_text(mark.join(("label", "text")) + "\n" + mark.join(("0", "the box", "", "")))
    assert read_columns((path,), ("text",))["text"] == ["the box"]  # empty cells hold nothing
    if mark == ",":
        path.write_text('label,text\n0,"the box, near"\n')
        assert read_columns((path,), ("text",))["text"] == ["the box, near"]
