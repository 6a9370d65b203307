"""What is said of an operating-system error, where it is not what it looks like."""

import errno

from landscape_gui.store.file_errors import explain_os_error


def test_a_folder_that_is_there_is_not_said_to_be_missing(tmp_path):
    missing = OSError(errno.ENOENT, "No such file or directory")
    there = explain_os_error(missing, tmp_path / "x.png", "write")
    assert "does not exist" not in there.message
    assert str(tmp_path) in there.message
    nowhere = explain_os_error(missing, tmp_path / "nowhere" / "x.png", "write")
    assert f"The folder {tmp_path / 'nowhere'} does not exist" in nowhere.message
