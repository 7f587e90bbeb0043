"""Korean."""

from narrate.languages.language import CJK_LIMIT, Language, Sentences, words

LANGUAGE = Language(
    code="ko",
    name="Korean",
    iso=("kor",),
    engines={"qwen": "korean"},
    passage=(
        "비가 그친 아침, 소녀는 창문을 열고 다리 위의 개를 보았습니다. “누구를 기다리니?” 하고 웃으며 묻자, "
        "갑자기 센 바람이 불어 꽃잎이 하늘로 날아올랐어요."
    ),
    scripts=frozenset(("HANGUL", "CJK")),
    sentences=Sentences(
        titles=words("dr mr mrs ms prof"),
        after_quote=tuple("라고|라며|라는|라던|라면서|이라고|이라며|이라는|하고|하며|고 |며 ".split("|")),
        limit=CJK_LIMIT,
    ),
)
