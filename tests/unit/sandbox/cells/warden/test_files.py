"""Small files, read and written whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockade.sandbox.cells.warden.files import copy_tree, read_text, write_text


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "file")

    write_text(path, "old and long")
    write_text(path, "new £\n")

    assert read_text(path) == "new £\n"


def test_a_file_that_is_no_text_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a\xff")

    assert read_text(str(tmp_path / "file")) == "a\udcff"


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_text(str(tmp_path / "none"))


def test_a_tree_is_copied_with_its_links_as_links(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "folder/empty").mkdir(parents=True)
    (source / "folder/file").write_bytes(b"\0\xff")
    (source / "link").symlink_to("/etc/shadow")
    (source / "dangling").symlink_to("nowhere")
    (source / "to_folder").symlink_to("folder")

    copy_tree(str(source), str(target))

    assert (target / "folder/file").read_bytes() == b"\0\xff"
    assert (target / "folder/empty").is_dir()
    links = {name: (target / name).readlink() for name in ("link", "dangling", "to_folder")}
    assert {name: str(link) for name, link in links.items()} == {
        "link": "/etc/shadow",
        "dangling": "nowhere",
        "to_folder": "folder",
    }


def test_a_copy_does_not_grow_into_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "target").mkdir()

    with pytest.raises(FileExistsError):
        copy_tree(str(tmp_path / "source"), str(tmp_path / "target"))
