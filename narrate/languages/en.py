"""English."""

from narrate.languages.language import Language

LANGUAGE = Language(
    code="en",
    name="English",
    iso=("eng",),
    engines={"draft": "en", "qwen": "english"},
    passage=(
        "A jolly judge watched the fox chew through our fence. “Why should I care now?” she asked, laughing; "
        "but the air grew thick with thunder, and the boys ran home to measure the pool."
    ),
)
