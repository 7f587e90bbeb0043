"""Russian."""

from narrate.languages.language import Language

LANGUAGE = Language(
    code="ru",
    name="Russian",
    iso=("rus",),
    engines={"qwen": "russian"},
    passage=(
        "Старый рыжий пёс лежал у крыльца и слушал, как шумит дождь. «Кто это там ещё?» — спросила бабушка, смеясь; "
        "вдруг хлопнула дверь, и сын мельника вбежал с цветами, мёдом и чашкой чая."
    ),
    scripts=frozenset(("CYRILLIC",)),
    dashes=True,
)
