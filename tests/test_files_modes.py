"""Files keep their modes and links, new ones have what the umask gives, and a rename outlasts a power failure."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from narrate.errors import StorageError
from narrate.files import copy_file, placed, placed_folder, write_text
from narrate.project import Settings, create
from narrate.script import Line, Script
from narrate.voices import Details, new_voice, put_voice


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o022, 0o077, 0o002])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_a_new_file_has_what_the_umask_gives(tmp_path: Path, umask: int) -> None:
    write_text(tmp_path / "new" / "a", "text")
    with placed(tmp_path / "b") as part:
        part.write_bytes(b"by name")
    assert {mode(tmp_path / "new/a"), mode(tmp_path / "b")} == {0o666 & ~umask}
    assert mode(tmp_path / "new") == 0o777 & ~umask


@pytest.mark.parametrize("kept", [0o600, 0o640, 0o664, 0o444])
def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cast.toml"
    path.write_text("old")
    path.chmod(kept)
    write_text(path, "new")
    assert (path.read_text(), mode(path)) == ("new", kept)
    with placed(path) as part:
        assert not mode(part) & ~(kept | 0o600)  # nobody else sees it before it is there
        part.write_text("newer")
    assert (path.read_text(), mode(path)) == ("newer", kept)


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    for name, target in (("near", "elsewhere/near"), ("chain", "near"), ("dangling", "elsewhere/new/none-yet")):
        (tmp_path / name).symlink_to(target)
        write_text(tmp_path / name, name)
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / name).read_text() == name
    assert (tmp_path / "elsewhere/near").read_text() == "chain"
    assert not list(tmp_path.rglob(".*.part"))


def test_a_copy_is_no_more_public_than_what_it_is_of(tmp_path: Path, umask: int) -> None:
    (tmp_path / "jane.pt").write_bytes(b"voice")
    (tmp_path / "jane.pt").chmod(0o640)
    copy_file(tmp_path / "jane.pt", tmp_path / "copy.pt")
    assert mode(tmp_path / "copy.pt") == 0o640 & ~umask


def test_folders_that_appear_whole_have_what_the_umask_gives(tmp_path: Path, umask: int) -> None:
    source = ("book.txt", b"Hello.")
    create(tmp_path / "project", Settings("A Book"), [Script((Line("Hello."),))], source, narrator="draft")
    with new_voice(tmp_path / "voices", "jane", Details("clone")):
        pass
    put_voice(tmp_path / "voices/jane", tmp_path / "other")
    folders = [tmp_path / "project", tmp_path / "project/source", tmp_path / "voices/jane", tmp_path / "other/jane"]
    assert {mode(folder) for folder in folders} == {0o777 & ~umask}
    assert {mode(tmp_path / "project/cast.toml"), mode(tmp_path / "project/source/book.txt")} == {0o666 & ~umask}


def test_an_empty_folder_that_becomes_a_project_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(0o700)
    (tmp_path / "link").symlink_to("mine")
    with placed_folder(tmp_path / "link") as draft:
        (draft / "a").write_text("")
    assert (tmp_path / "link").is_symlink()
    assert mode(tmp_path / "mine") == 0o700
    with pytest.raises(StorageError, match="not empty"), placed_folder(tmp_path / "mine"):
        pass
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "link", "mine"]


@pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="this system syncs no folders")
def test_a_rename_is_synced_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def spy(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        fsync(handle)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc here")
    monkeypatch.setattr(os, "fsync", spy)
    write_text(tmp_path / "9f" / "take", "text")
    assert synced[0] == str(tmp_path)  # which holds the new folder
    assert synced[1].endswith(".part")
    assert synced[2:] == [str(tmp_path / "9f")]
    assert (tmp_path / "9f" / "take").read_text() == "text"
