"""Entities: what a file declares for itself is put in by us, within bounds; the parser knows none."""

import re

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from narrate.readers import HostileMarkupError, doctypes, parse
from narrate.readers.epub import markup

DECLARED = '<!DOCTYPE r [<!ENTITY a "xyz"><!ENTITY b "&a;&a;&a;&a;">]>'
PROLOGS = {
    "a comment with a document type before it": "<!-- <!DOCTYPE r> -->",
    "70,000 blanks before it": " " * 70_000,
    "a comment of 70,000 characters before it": f"<!-- {'x' * 70_000} -->",
    "an instruction before it": "<?x <!DOCTYPE ?>",
    "a mark of the byte order before it": "\ufeff",
    "another document type before it": "<!DOCTYPE r>",
}


@pytest.mark.parametrize("prolog", PROLOGS.values(), ids=PROLOGS)
@pytest.mark.parametrize("root", ["<r>&b;</r>", '<r x="&b;"/>', '<r xmlns="&b;"/>'])
def test_no_entity_of_entities_is_expanded(prolog: str, root: str) -> None:
    with pytest.raises(HostileMarkupError, match="expands to other entities"):
        parse((prolog + DECLARED + root).encode())


@pytest.mark.parametrize("prolog", PROLOGS.values(), ids=PROLOGS)
def test_the_parser_never_sees_a_document_type(prolog: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where one is written in small letters, or after the element, where only HTML's parser looks."""
    seen: list[bytes] = []
    whole = etree.fromstring

    def watched(data: bytes, parser: etree.XMLParser) -> object:
        seen.append(data)
        return whole(data, parser)

    monkeypatch.setattr(etree, "fromstring", watched)
    for written in ("<!DOCTYPE", "<!doctype", "<!DocType"):
        own = f'{written} r [<!ENTITY a "xyz">]>'
        for text in (f'{prolog}{own}<r x="&a;">&a;</r>', f"<r>&a;</r>{prolog}{own}", f"<r>{prolog}{own}&a;"):
            parse(text.encode())
    outside = [re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", data, flags=re.DOTALL) for data in seen]
    assert len(seen) >= 9
    assert not [data for data in outside if b"doctype" in data.lower() or b"<!ENTITY" in data]


def test_entities_in_attributes_are_put_in_as_text() -> None:
    data = """<!DOCTYPE r [<!ENTITY q '"'><!ENTITY t "it's &#38; that">]><r title="a &q;b&q; &t;">&q;&t;</r>"""
    root = parse(data.encode()).root
    assert root.get("title") == 'a "b" it\'s & that'
    assert root.text == "\"it's & that"


def test_what_is_declared_first_is_right() -> None:
    root = parse(b"<!DOCTYPE r [<!ENTITY a 'one'><!ENTITY a 'two'>]><r>&a;</r>").root
    assert root.text == "one"


def test_many_references_to_a_long_entity_are_refused() -> None:
    """Three characters that become two hundred each: the parser's own limit does not see what we put in."""
    many = markup.MAX_EXPANDED // markup.MAX_ENTITY + 1
    long = "x" * markup.MAX_ENTITY
    text = f"<!DOCTYPE r [<!ENTITY a '{long}'>]><r>{'&a;' * many}</r>"
    with pytest.raises(HostileMarkupError, match="expand to far more"):
        parse(text.encode())
    assert len(parse(text.replace("&a;" * many, "&a;" * (many - 1)).encode()).root.text) == 200 * (many - 1)


def test_a_tree_that_has_entities_all_the_same_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a document type ever get past us, the tree is not used."""
    monkeypatch.setattr(markup, "doctypes", lambda _: iter(()))
    with pytest.raises(HostileMarkupError, match="where no document type may stand"):
        parse(b'<!DOCTYPE r [<!ENTITY a "xyz">]><r x="&a;"/>')


def test_a_document_type_in_text_is_text() -> None:
    root = parse(b"<r><![CDATA[<!DOCTYPE html>]]><!-- <!DOCTYPE x> --> &lt;!DOCTYPE html></r>").root
    assert root.text == "<!DOCTYPE html> <!DOCTYPE html>"


@given(
    st.lists(st.sampled_from(["<!DOCTYPE", "<!--", "-->", "<![CDATA[", "]]>", '"', "'", "[", "]", "<", ">", "r", " "]))
)
def test_document_types_are_apart_and_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    reached = 0
    for start, end in doctypes(text):
        assert reached <= start < end <= len(text)
        assert text[start:].startswith("<!DOCTYPE")
        reached = end


PAGE = '<html lang="en"><body><p class="x">It\'s here.</p><p>And "more" of it.</p></body></html>'


@pytest.mark.parametrize(
    "broken",
    [
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://x.org/x.dtd>',
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN "http://x.org/x.dtd">',
        "<!DOCTYPE html PUBLIC 'it's' >",
        '<!DOCTYPE html [<!ENTITY nbsp "&#160;"> >',
        "<!DOCTYPE html [ >",
    ],
)
def test_a_broken_document_type_does_not_take_the_page_with_it(broken: str) -> None:
    root = parse(f"{broken}\n{PAGE}".encode()).root
    assert root is not None
    said = " ".join("".join(root.itertext()).split())
    assert 'It\'s here.And "more" of it.' in said


def test_of_broken_document_types_one_alone_is_followed_to_the_end() -> None:
    """Each further one ends at its first `>`, so that the work grows with the text's length alone."""
    many = '<!DOCTYPE r [ ">'
    assert [*doctypes(many * 3)] == [(0, 16), (16, 32), (32, 48)]
    assert [*doctypes("<!DOCTYPE r [ >" * 2 + "<!DOCTYPE r [<!ENTITY a 'b'>]>")][:2] == [(0, 15), (15, 30)]
    assert [*doctypes("<!DOCTYPE r")] == [(0, 11)]
