"""Italian."""

from narrate.languages.language import Language

LANGUAGE = Language(
    code="it",
    name="Italian",
    iso=("ita",),
    engines={"qwen": "italian"},
    passage=(
        "La figlia del mugnaio chiuse piano il cancello e ascoltò la pioggia sugli scogli. «Chi c’è laggiù?» chiese "
        "la zia ridendo; poi un vecchio cane attraversò la piazza, e ogni luce si accese."
    ),
    dashes=True,
)
