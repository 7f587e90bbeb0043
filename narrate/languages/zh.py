"""Chinese."""

from narrate.languages.language import CJK_LIMIT, Language, Sentences

LANGUAGE = Language(
    code="zh",
    name="Chinese",
    iso=("zho", "chi"),
    engines={"qwen": "chinese"},
    passage=(
        "清晨的雨刚刚停，小女儿推开窗户，看见一只黄狗坐在桥上。“你在等谁呢？”她笑着问。"
        "风吹过竹林，远处的船慢慢靠岸，全村的人都去迎接。"
    ),
    scripts=frozenset(("CJK",)),
    spaced=False,
    sentences=Sentences(limit=CJK_LIMIT),
)
