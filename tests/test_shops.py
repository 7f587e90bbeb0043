"""The table of shops: what is in it, and what its reader refuses; the page that tells of it."""

from pathlib import Path

import pytest

from narrate.errors import ProjectError
from narrate.project import SHOPS
from narrate.shops import find_shop
from narrate.shops.table import RULES, TABLE, read_table

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
