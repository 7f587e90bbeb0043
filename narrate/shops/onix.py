"""A book as ONIX 3.0, the form in which the trade passes books' data on: the narration is a synthesised voice's.

The codes are EDItEUR's (List 19 for who reads, issue 75 of October 2026). Prices, territories and subjects are the
publisher's to add: nothing that is not known is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from narrate.book import people_of
from narrate.chapters import Tags
from narrate.deliver.tags import description, notice, one_line, plain
from narrate.languages import find_language, language_tag

NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"
MALE, FEMALE, UNSPECIFIED, OF_A_PERSON = "05", "06", "07", "08"  # synthesised voices, of list 19
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_READ_BY, _AUTHOR, _TRANSLATOR = "E07", "A01", "B06"
_MP3, _MONO = "A103", "A410"
_AUDIOBOOK, _DOWNLOAD = "01", "AJ"
_DURATION, _HOURS_MINUTES_SECONDS = "09", "16"
_ALTERNATIVE_FORMAT = "06"


@dataclass(frozen=True, slots=True)
class Record:
    """What a record of a book says beside its tags.

    `identity` is its name in the publisher's house and `isbn` the audiobook's own, if it has one, as `book_isbn` is the
    book's: both are ISBNs of 13 digits, which no schema looks at. `voices` are the codes of list 19 for those who
    read, each once; `made_at` is when the record was made.
    """

    identity: str
    isbn: str
    book_isbn: str
    seconds: float
    voices: Sequence[str]
    made_at: datetime


def onix(tags: Tags, record: Record) -> bytes:
    """The book's record as an XML file."""
    root = ElementTree.Element("ONIXMessage", {"release": "3.0", "xmlns": NAMESPACE})
    header = _add(root, "Header")
    _add(_add(header, "Sender"), "SenderName", tags.publisher or tags.author or "narrate")
    _add(header, "SentDateTime", record.made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
    product = _add(root, "Product")
    _add(product, "RecordReference", f"narrate.{record.isbn or record.identity}")
    _add(product, "NotificationType", "03")
    _identify(product, record.isbn, record.identity)
    _describe(_add(product, "DescriptiveDetail"), tags, record)
    text = _add(_add(product, "CollateralDetail"), "TextContent")
    _add(text, "TextType", "03")
    _add(text, "ContentAudience", "00")
    _add(text, "Text", "\n\n".join(filter(None, (notice(tags.language), description(tags)))))
    if tags.publisher.strip():
        _publish(_add(product, "PublishingDetail"), tags)
    if record.book_isbn not in ("", record.isbn):
        related = _add(_add(product, "RelatedMaterial"), "RelatedProduct")
        _add(related, "ProductRelationCode", _ALTERNATIVE_FORMAT)
        _identify(related, record.book_isbn, "")
    ElementTree.indent(root)
    return f"{_HEAD}{ElementTree.tostring(root, 'unicode')}\n".encode()


def _identify(parent: ElementTree.Element, isbn: str, identity: str) -> None:
    identifier = _add(parent, "ProductIdentifier")
    _add(identifier, "ProductIDType", "15" if isbn else "01")
    if not isbn:
        _add(identifier, "IDTypeName", "narrate")
    _add(identifier, "IDValue", isbn or identity)


def _describe(detail: ElementTree.Element, tags: Tags, record: Record) -> None:
    """Form, titles, people, language and length, in the order that the schema asks for."""
    _add(detail, "ProductComposition", "00")
    _add(detail, "ProductForm", _DOWNLOAD)
    for code in (_MP3, _MONO):
        _add(detail, "ProductFormDetail", code)
    _add(detail, "ProductFormDescription", notice(tags.language))
    _add(detail, "PrimaryContentType", _AUDIOBOOK)
    if tags.series:
        collection = _add(detail, "Collection")
        _add(collection, "CollectionType", "10")
        if tags.series_index:
            sequence = _add(collection, "CollectionSequence")
            _add(sequence, "CollectionSequenceType", "02")
            _add(sequence, "CollectionSequenceNumber", tags.series_index)
        _title(collection, "02", tags.series)
    _title(detail, "01", tags.title, tags.subtitle)
    people = [(_AUTHOR, name) for name in tags.authors or people_of(tags.author)]
    people += [(_TRANSLATOR, name) for name in people_of(tags.translator)]
    named = [(role, "PersonName", name) for role, name in people]
    named += [(_READ_BY, "UnnamedPersons", code) for code in record.voices]
    for number, (role, kind, value) in enumerate(named, start=1):
        contributor = _add(detail, "Contributor")
        _add(contributor, "SequenceNumber", str(number))
        _add(contributor, "ContributorRole", role)
        _add(contributor, kind, value)
    if code := _language(tags.language):
        language = _add(detail, "Language")
        _add(language, "LanguageRole", "01")
        _add(language, "LanguageCode", code)
    extent, seconds = _add(detail, "Extent"), round(record.seconds)
    _add(extent, "ExtentType", _DURATION)
    _add(extent, "ExtentValue", f"{seconds // 3600:03}{seconds // 60 % 60:02}{seconds % 60:02}")
    _add(extent, "ExtentUnit", _HOURS_MINUTES_SECONDS)
    if words := "; ".join(filter(None, map(one_line, tags.genres))):
        subject = _add(detail, "Subject")
        _add(subject, "SubjectSchemeIdentifier", "20")  # keywords
        _add(subject, "SubjectHeadingText", words)


def _publish(detail: ElementTree.Element, tags: Tags) -> None:
    publisher = _add(detail, "Publisher")
    _add(publisher, "PublishingRole", "01")
    _add(publisher, "PublisherName", tags.publisher)
    _add(detail, "PublishingStatus", "02")  # forthcoming


def _title(parent: ElementTree.Element, level: str, title: str, subtitle: str = "") -> None:
    detail = _add(parent, "TitleDetail")
    _add(detail, "TitleType", "01")
    element = _add(detail, "TitleElement")
    _add(element, "TitleElementLevel", level)
    _add(element, "TitleText", one_line(title))
    if subtitle.strip():
        _add(element, "Subtitle", one_line(subtitle))


def _language(tag: str) -> str:
    """The bibliographic code of ISO 639-2, which ONIX asks for: "ger", where files are tagged "deu"."""
    codes = find_language(language_tag(tag)).iso
    return codes[1] if len(codes) > 1 else next(iter(codes), "")


def _add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    if text:
        element.text = plain(text).strip()
    return element
