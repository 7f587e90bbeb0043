"""Files: whole or not there, names that stay inside."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from narrate.errors import StorageError
from narrate.files import atomic, digest, file_name, inside, parse_json, slug, storage, sweep_parts, write_bytes


def test_a_block_that_raises_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_bytes(path, b"old")
    with pytest.raises(ZeroDivisionError), atomic(path) as file:
        file.write(b"half")
        file.seek(1 // 0)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        write_bytes(tmp_path / "file" / "b", b"")
    assert "\n" not in str(caught.value)


def test_a_full_disk_says_what_to_do() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    full = Path("/dev/full")
    with pytest.raises(StorageError, match="free some space"), storage(full), full.open("wb", buffering=0) as file:
        file.write(b"x")


def test_parts_of_a_killed_process_are_swept(tmp_path: Path) -> None:
    (tmp_path / "9f").mkdir()
    (tmp_path / "9f" / ".9f00.flac.x1.part").write_bytes(b"half")
    (tmp_path / "9f" / "9f00.flac").write_bytes(b"whole")
    sweep_parts(tmp_path)
    assert [p.name for p in (tmp_path / "9f").iterdir()] == ["9f00.flac"]


@given(st.text(max_size=400))
def test_file_names_of_any_text_are_safe(text: str) -> None:
    for name in (slug(text), file_name(text)):
        assert name
        assert len(name.encode()) <= 120
        assert name not in (".", "..")
        assert not set(name) & set('/\\\0\n:*?"<>|')
        assert not name.startswith(".")


def test_file_names_of_titles_are_readable() -> None:
    assert slug("Alice's Adventures — in Wonderland!") == "alices-adventures-in-wonderland"
    assert slug("Émile Zola: Germinal") == "emile-zola-germinal"
    assert slug("../..") == "untitled"
    assert file_name("AC/DC: a life") == "AC DC a life"


def test_inside_refuses_paths_that_leave_the_folder(tmp_path: Path) -> None:
    assert inside(tmp_path, "a/b") == tmp_path.resolve() / "a" / "b"
    (tmp_path / "link").symlink_to("/")
    for name in ("../x", "/etc/passwd", "link/etc"):
        with pytest.raises(StorageError):
            inside(tmp_path, name)


def test_digests_differ_with_their_values() -> None:
    assert digest("a", "b") != digest("ab")
    assert digest(1.0) == digest(1.0)
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_a_text_that_is_nested_without_end_is_no_json() -> None:
    assert parse_json('{"a": [1]}') == {"a": [1]}
    for text in ("[" * 200_000, b'{"a":' * 200_000):
        with pytest.raises(ValueError, match=r"nested|Expecting"):
            parse_json(text)
