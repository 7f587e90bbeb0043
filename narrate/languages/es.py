"""Spanish."""

from narrate.languages.language import Language

LANGUAGE = Language(
    code="es",
    name="Spanish",
    iso=("spa",),
    engines={"qwen": "spanish"},
    passage=(
        "El niño guardó la llave del jardín mientras la lluvia caía sobre la ciudad. —¿Quién viene ahí? —preguntó "
        "su abuela, riendo; y un perro chico cruzó el camino con un viejo zapato en la boca."
    ),
    dashes=True,
)
