"""Each language in a file of its own: found by its name, whole, loaded when it is asked for."""

import subprocess
import sys
from collections import Counter

import pytest

from narrate.languages import Language, find_language, languages
from narrate.languages.others import others
from narrate.languages.spoken import European
from narrate.readers.matter import EVIDENT, part_of_title
from narrate.readers.titled import titled


@pytest.mark.parametrize(("code", "language"), languages().items())
def test_a_file_says_what_every_language_has(code: str, language: Language) -> None:
    assert language.code == code
    assert language.name
    assert language.passage
    assert language.iso
    assert all(len(iso) == 3 for iso in language.iso)
    assert language.spoken is not None
    assert not isinstance(language.spoken, European) or language.spoken.language == code


def test_no_two_languages_are_called_alike() -> None:
    every = [*languages().values(), *others()]
    called = Counter(name for one in every for name in (one.code, *one.iso, one.name) if name)
    assert called.most_common(1)[0][1] == 1


def test_a_title_names_one_kind_of_unread_matter() -> None:
    kinds: dict[str, str] = {}
    for language in languages().values():
        for kind, titles in language.unread.items():
            for title in titles.split("|"):
                assert kinds.setdefault(title, kind) == kind, title
                assert title == title.lower()


@pytest.mark.parametrize("code", languages())
def test_every_title_of_unread_matter_is_known_however_it_is_written(code: str) -> None:
    for kind, titles in languages()[code].unread.items():
        for title in titles.split("|"):
            title = title.replace("…", "ann hale")
            for written in (title, title.title(), title.upper()):
                found = titled(written, EVIDENT) if kind in EVIDENT else None
                assert (found.kind if found else part_of_title(written)) == kind, written


def test_a_language_is_found_by_any_of_its_tags() -> None:
    assert find_language("de-AT") is find_language("DE") is find_language("de_CH") is languages()["de"]
    assert find_language("pl-PL").dashes
    assert find_language("fas").right_to_left


def test_a_language_without_a_file_is_as_most_are() -> None:
    klingon = find_language("tlh")
    assert (klingon.code, klingon.name, klingon.spaced, klingon.spoken) == ("tlh", "", True, None)


def test_one_language_loads_no_other() -> None:
    code = (
        "import sys; from narrate.languages import find_language; find_language('de-CH'); "
        "print(*(name for name in sys.modules if name.startswith('narrate.languages.') and len(name) == 20))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["narrate.languages.de"], done.stderr
