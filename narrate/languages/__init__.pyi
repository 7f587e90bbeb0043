# What the room exports; loaded when it is asked for (lazy_loader).
from .identify import (
    language_of as language_of,
    other_language as other_language,
    reading_s as reading_s,
    settled_language as settled_language,
)
from .language import Disclosure as Disclosure, Language as Language
from .registry import (
    check_language as check_language,
    find_language as find_language,
    language_name as language_name,
    language_tag as language_tag,
    languages as languages,
    passage as passage,
    spoken_languages as spoken_languages,
)
from .tags import code_of as code_of, is_tag as is_tag
