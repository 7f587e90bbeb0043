"""Portuguese."""

from narrate.languages.language import Language

LANGUAGE = Language(
    code="pt",
    name="Portuguese",
    iso=("por",),
    engines={"qwen": "portuguese"},
    passage=(
        "A menina abriu a janela e ouviu a chuva cair devagar sobre o telhado. — Quem está aí? — perguntou a avó, "
        "rindo; e então um cão velho atravessou o caminho com um pão quente e três maçãs."
    ),
    dashes=True,
)
