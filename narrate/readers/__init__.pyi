# What the room exports; loaded when it is asked for (lazy_loader).
from .epub.archive import Archive as Archive
from .epub.markup import (
    HostileMarkupError as HostileMarkupError,
    doctypes as doctypes,
    name_of as name_of,
    parse as parse,
    types_of as types_of,
)
from .epub.meaning import (
    BLOCKS as BLOCKS,
    Meaning as Meaning,
    is_backlink as is_backlink,
    is_hidden as is_hidden,
    is_noteref as is_noteref,
    is_page_number as is_page_number,
    is_persona_cell as is_persona_cell,
    meanings as meanings,
)
from .epub.package import package_name as package_name
from .epub.pages import UNREAD_ELEMENTS as UNREAD_ELEMENTS
from .heads import is_chapter_number as is_chapter_number, plain as plain
from .html.folder import holds_pages as holds_pages, packed as packed
from .read import (
    check_suffix as check_suffix,
    is_show as is_show,
    printed_pages as printed_pages,
    read_book as read_book,
    read_show as read_show,
    suffix_of as suffix_of,
)
from .readers import reader_of as reader_of
from .script import sounds_of as sounds_of
