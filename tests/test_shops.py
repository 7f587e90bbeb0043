"""The table of shops: what is in it, and what its reader refuses; the page that tells of it."""

from pathlib import Path

import pytest

from narrate.cli import run
from narrate.errors import ProjectError
from narrate.project import SHOPS
from narrate.shops import Rule, find_shop
from narrate.shops.table import RULES, TABLE, read_table
from narrate.toml import edited

DOCS = Path(__file__).parents[1] / "docs" / "shops.md"


def test_every_shop_is_there_and_says_whose_words_its_rules_are() -> None:
    found = read_table(TABLE)
    assert tuple(sorted(found)) == tuple(sorted(SHOPS))
    for shop in found.values():
        assert set(shop.rules) <= set(RULES)
        assert shop.remains
        for name, rule in shop.rules.items():
            source = shop.sources[rule.source]
            assert shop.sure(name) == ("its own words" if source.own else "second hand")
            assert source.seen <= shop.dated
        assert "accept" not in f"{shop.says} {' '.join(shop.remains)}", "nobody is told that a shop accepts a book"
    used = {rule.source for shop in found.values() for rule in shop.rules.values()}
    used |= {key for key, source in found["acx"].sources.items() for shop in found.values() if shop.source == source}
    used |= {key for key, source in found["acx"].sources.items() for shop in found.values() if shop.named_by == source}
    assert used == set(found["acx"].sources), "a source that nothing stands on"


NONSENSE = [
    ("version = 1", "version = 2", "is no table of shops of version 1"),
    ('dated = "2026-11-30"', 'dated = "lately"', "a day such as"),
    ('seen = "2026-09"', 'seen = "2026-13"', "a day or a month"),
    ("own = true", 'own = "yes"', "true or false"),
    ('address = "https://help.acx', 'address = "http://help.acx', "an address of https"),
    ('ai = "refuses"', 'ai = "accepts"', 'unknown ai "accepts"'),
    ('target = "acx"', 'target = "axc"', "acx"),
    ('named = "{id}_{number}"', 'named = "{isbn}_{number}"', "a name with {id}"),
    ('named = "{id}_{number}"', 'named = "{id}"', "files of chapters would have one name"),
    ('cover = "cover"', 'cover = ""', "lacks cover"),
    ("remains = [", "reminds = [", "lacks remains"),
    ("least = -23, most = -18", "least = -18, most = -23", "least no more than most"),
    ("least = -23, most = -18", "least = -23, most = 18", "from -60 to 0"),
    ("least = -23, most = -18", "least = nan, most = -18", "from -60 to 0"),
    ("least = -23, most = -18, source", "source", "needs least or most"),
    ("opening = { source", "opening = { most = 1, source", "met or not"),
    ('most = 120, source = "spotify-guide"', 'most = 120, source = "a friend"', 'no source "a friend"'),
    ('most = 120, source = "spotify-guide"', "most = 120", "lacks source"),
    ("peak_db = ", "peek_db = ", 'did you mean "peak_db"'),
    ("minutes = { most", "minutes = { constant = true, most", "only a bit rate"),
    ("cover_px = 3000\n", "cover_px = 300\n", "not within its own rule"),
    ("[shops.kobo]", "[shops.koby]", "koby"),
    ("version = 1", 'version = 1\ncolour = "red"', "nothing else"),
]


@pytest.mark.parametrize(("old", "new", "said"), NONSENSE)
def test_nonsense_is_refused_in_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = TABLE.read_text("utf-8")
    assert old in text
    path = tmp_path / "shops.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ProjectError) as error:
        read_table(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_shop_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(ProjectError, match=r"no shop .kobu.*did you mean .kobo"):
        find_shop("kobu")


def test_plan_says_first_what_a_shop_thinks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "small.md").write_text("# One\n\n1984.\n", "utf-8")
    project = tmp_path / "projects" / "small"
    assert run(["--home", str(tmp_path), "new", str(tmp_path / "small.md")]) == 0
    with edited(project / "cast.toml") as table:
        table["narrator"] = "nobody-there"
    capsys.readouterr()
    for options, key in (["--for", "kobo"], "kobo"), ([], ""):
        assert run(["plan", str(project), *options]) == 1
        told = capsys.readouterr().out.splitlines()
        assert told[0].startswith("missing") if not key else told[0] == find_shop(key).sentence
    with edited(project / "project.toml") as table:
        table["output"]["target"] = "acx"
    assert run(["plan", str(project)]) == 1
    assert capsys.readouterr().out.splitlines()[0] == find_shop("acx").sentence


def in_words(rule: Rule) -> str:
    """A rule's bounds as the page has them."""
    least, most = (None if bound is None else f"{bound:g}" for bound in (rule.least, rule.most))
    if least is not None and most is not None:
        told = least if least == most else f"{least} to {most}"
    else:
        told = f"at least {least}" if least is not None else f"at most {most}" if most is not None else ""
    return " ".join(filter(None, (told, "constant" if rule.constant else ""))) or "yes"


def tables() -> str:
    """The two tables of docs/shops.md, as the table of rules has them."""
    rows = [
        "| `--for` | shop | what it thinks of AI narration | source | seen | whose words |",
        "|---|---|---|---|---|---|",
    ]
    shops = [find_shop(key) for key in SHOPS]
    for shop in shops:
        source = f"[{shop.source.title}]({shop.source.address})"
        rows.append(
            f"| `{shop.key}` | {shop.name} | {shop.says} | {source} | {shop.source.seen} | {shop.source.sure} |"
        )
    rows += ["", "| `--for` | rule | asked | source | seen | whose words |", "|---|---|---|---|---|---|"]
    for shop in shops:
        for name, rule in shop.rules.items():
            of = shop.sources[rule.source]
            told = f"[{of.title}]({of.address}) | {of.seen} | {of.sure}"
            rows.append(f"| `{shop.key}` | {name} | {in_words(rule)} | {told} |")
    return "\n".join(rows) + "\n"


def test_the_page_has_the_tables_as_they_are() -> None:
    parts = tables().split("\n\n")
    text = DOCS.read_text("utf-8")
    for part in parts:
        assert part.strip() in text, part
