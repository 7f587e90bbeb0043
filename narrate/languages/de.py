"""German."""

from narrate.languages.language import Language

LANGUAGE = Language(
    code="de",
    name="German",
    iso=("deu", "ger"),
    engines={"qwen": "german"},
    passage=(
        "Am schönen Teich hinter unserem Haus saß ein junger Fuchs und zählte die Kähne. „Wer bist du?“, fragte ich "
        "freundlich; da sprang er quer über den Weg, und ein Pfiff klang durch die kühle Nacht."
    ),
)
