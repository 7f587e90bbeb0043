"""Portuguese."""

from narrate.languages.language import Language, Sentences, words

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
    sentences=Sentences(
        titles=words(
            "sr sra sres srs sras srta dr dra drs prof profa eng arq gen cel cap ten sgt pe fr dª sto sta st exmo exma "
            "ilmo ilma v.ex.ª v.exa p.ex ex av r pça mons rev"
        ),
        shortened=words(
            "etc cia ltda s.a a.c d.c e.u.a eua jan fev abr mai jun jul ago set out nov dez vol ed séc tel km min seg "
            "depto máx mín obs aprox"
        ),
        numbered=words("n nº n° no núm art arts p pp pág págs cap caps fig figs tel vol mar t séc"),
        starters=words(
            "a agora ainda ali antes ao aos apenas aquela aquele aqui as assim até cada com como da das de depois "
            "desde disse do dos e é ela elas ele eles em enquanto então entre era eram essa esse esta está estava este "
            "eu foi há havia hoje isso isto já jamais lá logo mais mas me meu minha muito na nada não nas nem nenhum "
            "ninguém no nos nós nossa nosso nunca o onde os ou outra outro para pela pelo pois por porém porque quando "
            "quanto que quem se sem sempre ser seu sim só sob sobre sua suas talvez também tão tinha todo todos tu "
            "tudo um uma você"
        ),
    ),
)
