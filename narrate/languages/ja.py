"""Japanese."""

from narrate.languages.language import CJK_LIMIT, Language, Sentences

LANGUAGE = Language(
    code="ja",
    name="Japanese",
    iso=("jpn",),
    engines={"qwen": "japanese"},
    passage=(
        "雨がやんだ朝、少女は窓を開けて橋の上の犬を見つけました。「誰を待っているの？」と笑って聞くと、"
        "急に風が吹き、百羽の鳥が空へ飛びました。"
    ),
    scripts=frozenset(("CJK", "HIRAGANA", "KATAKANA")),
    spaced=False,
    reads_ruby=True,
    sentences=Sentences(
        after_quote=tuple("と|って|という|とか|の|を|が|は|に|も|など".split("|")),
        limit=CJK_LIMIT,
    ),
)
