"""French."""

from narrate.languages.language import Language

LANGUAGE = Language(
    code="fr",
    name="French",
    iso=("fra", "fre"),
    engines={"qwen": "french"},
    passage=(
        "Un jeune chien brun dormait là ce soir quand la cloche sonna huit heures. « Qui va là ? » demanda l’oncle "
        "en riant ; puis le vent de la montagne chassa l’ombre, et la famille rejoignit le feu."
    ),
    dashes=True,
)
