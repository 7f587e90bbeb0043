# What the room exports; loaded when it is asked for (lazy_loader).
from .language import (
    LANGUAGES as LANGUAGES,
    SPOKEN_BY as SPOKEN_BY,
    check_language as check_language,
    code_of as code_of,
    is_tag as is_tag,
    language_name as language_name,
    language_of as language_of,
    language_tag as language_tag,
    other_language as other_language,
    reading_s as reading_s,
    settled_language as settled_language,
)
from .passages import passage as passage
