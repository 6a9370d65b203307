import json
import os
import socket
import subprocess
import sys

import pytest
from support.landscapes import GROUPS, make_run

from landscape_gui.specs import UserError
from landscape_gui.store.landscape_file import LandscapeWriter
from landscape_gui.store.lock import Holder, WriterLock


def lock_file(path):
    return path.with_name(path.name + ".lock")


def dead_process():
    process = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                             capture_output=True, check=True)  # fmt: skip
    return int(process.stdout)


def test_a_second_writer_is_told_which_process_writes(path):
    with LandscapeWriter.open(path, make_run(), GROUPS):
        before = path.read_bytes()
        with pytest.raises(UserError, match=f"written by process {os.getpid()}"):
            LandscapeWriter.open(path, make_run(), GROUPS)
        assert path.read_bytes() == before
        assert lock_file(path).exists()
    assert not lock_file(path).exists()
    LandscapeWriter.open(path, make_run(), GROUPS).close()


def test_the_lock_is_released_when_opening_fails(complete_file):
    with pytest.raises(UserError):
        LandscapeWriter.open(complete_file, make_run(salt="b"), GROUPS)
    assert not lock_file(complete_file).exists()


def test_the_lock_of_a_dead_process_is_taken_over(path):
    stale = Holder(dead_process(), socket.gethostname(), 0)
    lock_file(path).write_text(json.dumps(vars(stale)))
    with LandscapeWriter.open(path, make_run(), GROUPS):
        assert json.loads(lock_file(path).read_text())["pid"] == os.getpid()
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="start times from /proc")
def test_a_later_process_with_the_same_id_is_not_the_holder(path):
    this = Holder.this_process()
    lock_file(path).write_text(json.dumps(vars(this) | {"started": this.started - 1}))
    LandscapeWriter.open(path, make_run(), GROUPS).close()


def test_a_process_of_another_host_is_believed_to_live(path):
    lock_file(path).write_text(json.dumps({"pid": 1, "host": "elsewhere", "started": 1}))
    with pytest.raises(UserError, match=r"process 1 on elsewhere.*delete .*\.lock"):
        LandscapeWriter.open(path, make_run(), GROUPS)
    assert lock_file(path).exists()


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"pid": "x", "host": 1, "started": 0}'])
def test_a_lock_that_names_nobody_is_left_to_the_user(path, text):
    lock_file(path).write_text(text)
    with pytest.raises(UserError, match=r"names no process.*delete"):
        LandscapeWriter.open(path, make_run(), GROUPS)
    assert not path.exists()


def test_one_of_many_gets_a_stale_lock(path):
    lock_file(path).write_text(json.dumps(vars(Holder(dead_process(), socket.gethostname(), 0))))
    script = """
import sys, time
from pathlib import Path
from landscape_gui.specs import UserError
from landscape_gui.store.lock import WriterLock
sys.stdin.readline()
try:
    WriterLock(Path(sys.argv[1])).acquire()
    print("held", flush=True)
    sys.stdin.readline()
except UserError:
    print("refused", flush=True)
    sys.stdin.readline()
"""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )
        for _ in range(6)
    ]  # fmt: skip
    for process in children:
        print("go", file=process.stdin)
    answers = sorted(process.stdout.readline().strip() for process in children)
    for process in children:
        process.communicate("end\n")
    assert answers == ["held"] + ["refused"] * 5


def test_a_file_system_without_links(path, monkeypatch):
    def no_links(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    first, second = WriterLock(path), WriterLock(path)
    first.acquire()
    with pytest.raises(UserError, match="being written by"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_a_missing_or_closed_folder_is_named(tmp_path):
    with pytest.raises(UserError, match=r"folder .*nowhere does not exist"):
        LandscapeWriter.open(tmp_path / "nowhere" / "x.landscape.h5", make_run(), GROUPS)


def test_a_file_in_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(UserError, match=r"file\.txt is a file, not a folder"):
        WriterLock(tmp_path / "file.txt" / "x.landscape.h5").acquire()
