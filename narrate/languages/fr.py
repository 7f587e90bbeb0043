"""French."""

from narrate.languages.language import Language, Sentences, words

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
    sentences=Sentences(
        titles=words(
            "mm mme mmes mlle mlles mgr dr pr prof ste cf c.-à-d p.ex ex env gén col cap lt intro av apr réf resp ltd "
            "éd trad"
        ),
        shortened=words(
            "etc cie sté vol chap dép janv févr avr juil sept oct nov déc av j.-c r.-v s.a s.n.c.f u.s.a ltd fig bd "
            "boul hab"
        ),
        numbered=words("n no n° nos art p pp t vol chap fig tél ch av r al §"),
        starters=words(
            "à alors après aucun aujourd'hui au aussi avant avec beaucoup car ce cela celle celui cependant ces cet "
            "cette chaque comme comment dans de depuis des donc du elle elles elle en encore enfin et il ils je j'ai "
            "jamais la là le les leur leurs lorsque lui ma mais malgré me même mes moi mon ne ni non nos notre nous on "
            "où oui par parfois peut-être pour pourquoi pourtant puis quand que quel quelle quelques qui quoi sa sans "
            "se ses si son sur tandis tous tout toute toutes très tu un une vers voilà voici vos votre vous y"
        ),
    ),
)
