"""Portuguese."""

from narrate.languages.formulas import formulas
from narrate.languages.language import (
    Disclosure,
    Headings,
    Incises,
    Language,
    People,
    Pronouns,
    Sentences,
    Shows,
    Typed,
    words,
)
from narrate.languages.spoken import European, Parts, Powers, addresses, metric, money

_SPOKEN = European(
    small_parts=Parts(
        named={5: ("quinto", "quintos"), 6: ("sexto", "sextos"), 8: ("oitavo", "oitavos")}, one="um", joint=" e ",
    ),
    powers=Powers(squared="ao quadrado", cubed="ao cubo", power="elevado a {}", minus="menos"),
    initials=words("ONU EUA UE"),
    language="pt", group=".   ", decimal=",", point="vírgula", minus="menos", to="a", hundredths="e",
    percent=("por cento", "por cento"),
    months=tuple("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()),
    money=money(EUR="euro/euros;cêntimo/cêntimos", USD="dólar/dólares;centavo/centavos",
                 GBP="libra/libras;pence/pence", JPY="iene/ienes;")
    | {"R$": (("real", "reais"), ("centavo", "centavos"))},
    units=metric("quilômetro/quilômetros", "metro/metros", "centímetro/centímetros", "milímetro/milímetros",
                 "quilograma/quilogramas", "grama/gramas", "tonelada/toneladas", "litro/litros",
                 "quilômetro por hora/quilômetros por hora", "grau Celsius/graus Celsius", "grau/graus",
                 "hectare/hectares", "quilowatt/quilowatts", "metro quadrado/metros quadrados",
                 "quilômetro quadrado/quilômetros quadrados", "metro cúbico/metros cúbicos"),
    magnitudes={"milhão": ("milhão de", "milhão de"), "bilhão": ("bilhão de", "bilhão de"),
                "milhões": ("milhão de", "milhões de"), "bilhões": ("bilhão de", "bilhões de"),
                "mil milhões": ("mil milhões de", "mil milhões de")},
    parts={"½": "e meio", "¼": "e um quarto", "¾": "e três quartos", "⅓": "e um terço", "⅔": "e dois terços"},
    fractions={"¼": "um quarto", "¾": "três quartos", "⅓": "um terço", "⅔": "dois terços"},
    signs={"&": "e", "=": "igual a", "+": "mais", "§": "parágrafo", "@": "arroba", "×": "vezes",
           "€": "euro", "$": "dólar", "№": "número", "#": "número"},
    words={"etc.": "et cetera", "p. ex.": "por exemplo", "a.C.": "antes de Cristo", "d.C.": "depois de Cristo",
           "aprox.": "aproximadamente", "ca.": "cerca de", "V. Ex.ª": "Vossa Excelência"},
    titles={"Sr.": "senhor", "Srs.": "senhores", "Sra.": "senhora", "Sr.ª": "senhora", "Srta.": "senhorita",
            "Dr.": "doutor", "Dra.": "doutora", "Prof.": "professor", "Profa.": "professora", "Sto.": "Santo",
            "Sta.": "Santa"},
    counters={"t.": "tomo", "pp.": "páginas",
              "n.º": "número", "N.º": "Número", "nº": "número", "p.": "página", "pág.": "página", "págs.": "páginas",
              "cap.": "capítulo", "vol.": "volume", "art.": "artigo", "tel.": "telefone"},
    divisions=("capítulo", "tomo", "livro", "parte", "ato", "acto", "cena", "volume", "século"),
    rulers=words(
        "Pedro João Afonso Manuel Luís Carlos Filipe Henrique Paulo Pio Bento Leão Clemente Jorge Eduardo Guilherme "
        "Catarina Maria Sancho Dinis Fernando Sebastião Napoleão Frederico Nicolau"
    ),
    form="masculine",
    agreement="portuguese", inflection="romance", genders="all", feminine=("ton", "libra"), of="de", one_for_none=True,
    before_years="em ano até e a de do entre", joint="e", date_of=" de", hours=r"(?:\b[dn]?as|\bàs?)\s$",
    queens=words("Catarina Maria"), ranked_rulers=10,
    addresses=addresses("arroba|ponto|barra|dois pontos|hífen|sublinhado"),
)  # fmt: skip

_FORMULAS = formulas(
    "mais|menos|vezes|dividido por|igual a|diferente de|menor que|maior que|menor ou igual a|"
    "maior ou igual a|aproximadamente|mais ou menos|pertence a|não pertence a|contido em|união|"
    "interseção|tende a|implica|se e somente se|infinito|soma|produto|integral|d|para todo|existe|"
    "proporcional a|fatorial|graus|abre parêntese|fecha parêntese",
    "1/2 um meio|1/3 um terço|2/3 dois terços|1/4 um quarto|3/4 três quartos",
    limit="limite quando {b} de",
    over="{a} sobre {b}", mixed="{a} e {b}", sub="{a} índice {b}", root="raiz quadrada de {a}",
    cube_root="raiz cúbica de {a}", nth_root="raiz de ordem {b} de {a}", limits="{a} de {b} até {c} de",
    beneath="{a} sobre {b} de", absolute="valor absoluto de {a}", bar="{a} barra", hat="{a} chapéu",
    vector="vetor {a}", prime="{a} linha", table="uma tabela de {a} linhas e {b} colunas",
)  # fmt: skip

LANGUAGE = Language(
    code="pt",
    name="Portuguese",
    called=words(
        "Portugiesisch portugais portugués portoghese português португальский ポルトガル語 포르투갈어 葡萄牙语"
    ),
    iso=("por",),
    qwen3_tts="portuguese",
    disclosure=Disclosure("Este audiolivro é lido por uma voz sintética.", "Lido por uma voz sintética."),
    passage=(
        "A menina abriu a janela e ouviu a chuva cair devagar sobre o telhado. — Quem está aí? — perguntou a avó, "
        "rindo; e então um cão velho atravessou o caminho com um pão quente e três maçãs."
    ),
    dashes=True,
    sentences=Sentences(
        greetings=words("caro cara caros caras querido querida prezado prezada meu minha senhor senhora olá"),
        open_ends=words(
            "o a os as um uma de do da dos das em no na nos nas ao à aos às com por pelo pela para sem sob "
            "sobre e ou mas que cujo seu sua meu minha este esta é era muito se quando"
        ),
        titles=words(
            "sr sra sres srs sras srta dr dra drs prof profa eng arq gen cel cap ten sgt pe fr dª sto sta st exmo exma "
            "ilmo ilma v.ex.ª v.exa p.ex ex av r pça mons rev cf ca s.m n.b"
        ),
        shortened=words(
            "etc cia ltda s.a a.c d.c e.u.a eua jan fev abr mai jun jul ago set out nov dez vol ed séc tel km min seg "
            "depto máx mín obs aprox"
        ),
        numbered=words("c liv n nº n° no núm art arts p pp pág págs cap caps fig figs tel vol mar t séc"),
        starters=words(
            "a agora ainda ali antes ao aos apenas aquela aquele aqui as assim até cada com como da das de depois "
            "desde disse do dos e é ela elas ele eles em enquanto então entre era eram essa esse esta está estava este "
            "eu foi há havia hoje isso isto já jamais lá logo mais mas me meu minha muito na nada não nas nem nenhum "
            "ninguém no nos nós nossa nosso nunca o onde os ou outra outro para pela pelo pois por porém porque quando "
            "quanto que quem se sem sempre ser seu sim só sob sobre sua suas talvez também tão tinha todo todos tu "
            "tudo um uma você"
        ),
    ),
    headings=Headings(
        chapters=words("capítulo"),
        divisions=words("capítulo livro acto ato"),
        numbered=words("parte"),
        plain=words("capítulo capitulo cap. parte livro tomo acto ato"),
        titled=words("capítulo capitulo parte livro"),
        unnumbered=words("prólogo epílogo prefácio introdução interlúdio posfácio conclusão"),
        pages=words("p pág página"),
        number=(
            r"(?:o |a )?(?:primeir[oa]|segund[oa]|terceir[oa]|quart[oa]|quint[oa]|sext[oa]|sétim[oa]|oitav[oa]|"
            r"non[oa]|décim[oa](?: \w{5,8})?|vigésim[oa](?: \w{5,8})?|últim[oa]|uma?|dois|duas|três|quatro|cinco|seis|"
            r"sete|oito|nove|dez|onze|doze|treze|c?quatorze|catorze|quinze|dez[ae]ss?e(?:is|te)|dezoito|dez[ae]nove|"
            r"(?:vinte|trinta|quarenta|cinquenta)(?: e \w{2,6})?)"
        ),
    ),
    typed=Typed(
        pictures=words("ilustração imagem gravura figura mapa estampa"),
        notes=words("nota"),
        title=words("título"),
        author=words("autor autora por"),
        waiting=words("e ou nem"),
        hyphened=r"\w+-lhes?",
    ),
    unread={
        "cover": "capa",
        "titlepage": "folha de rosto",
        "halftitlepage": "falsa folha de rosto",
        "copyright-page": "créditos|direitos autorais",
        "index": "índice remissivo",
        "bibliography": "bibliografia",
        "endnotes": "notas|notas de rodapé|notas finais",
        "toc": "índice|sumário|índice geral|conteúdo|índice dos capítulos|índice de capítulos",
        "loi": (
            "ilustrações|lista de ilustrações|índice de ilustrações|índice das ilustrações|lista de figuras|"
            "índice de figuras|gravuras|índice das gravuras|estampas|mapas|lista de mapas"
        ),
        "lot": "lista de tabelas|índice de tabelas|lista de quadros",
        "transcriber-note": (
            "nota do transcritor|notas do transcritor|nota de transcrição|notas de transcrição|nota da transcrição|"
            "notas da transcrição|nota sobre a transcrição|notas sobre a transcrição|nota dos transcritores|"
            "notas dos transcritores|nota do transcriptor|notas do transcriptor|nota do revisor"
        ),
        "also-by": (
            "outros livros de …|outras obras de …|outros títulos de …|outros romances de …|livros de …|obras de …|"
            "romances de …|também de …|mais livros de …|do mesmo autor|da mesma autora|outras obras do autor|"
            "outras obras da autora|outros livros do autor|outros livros da autora|obras do mesmo autor|"
            "obras da mesma autora|outros títulos do autor|outros títulos da autora|na mesma coleção|na mesma série"
        ),
        "newsletter": (
            "newsletter|a newsletter|boletim|boletim informativo|nossa newsletter|a nossa newsletter|inscreva-se|"
            "inscreva-se na newsletter|inscreva-se em …|assine …|subscreva …|lista de e-mails|mantenha contato|"
            "mantenha-se em contacto|fique em contato|vamos manter contato|siga-nos|obrigado por ler|"
            "obrigada por ler"
        ),
        "praise": (
            "elogios|críticas|resenhas|o que dizem os leitores|o que diz a crítica|elogios a …|elogios para …|"
            "elogios para o livro|críticas a …|resenhas de …|a crítica sobre …"
        ),
    },
    rights=(
        "todos os direitos reservados|reservados todos os direitos|direitos reservados|"
        "todos os direitos desta edição|proibida a reprodução|é proibida a reprodução|nenhuma parte desta|"
        "nenhuma parte deste livro"
    ),
    imprint=(
        "primeira edição|1ª edição|1.ª edição|2ª edição|2.ª edição|depósito legal|título original|"
        "acabou de imprimir|acabado de imprimir|composto em|publicado por|"
        "publicado originalmente|impresso em|impressão e acabamento|capa:|projeto gráfico|projecto gráfico|"
        "design da capa|design de capa|ilustração da capa|ilustração de capa|tradução de|tradução:|revisão:|"
        "diagramação|paginação|editora|dados internacionais de catalogação"
    ),
    note_words=tuple("nota".split()),
    return_words=words("voltar"),
    shows=Shows(
        sounds=words("inaudível ininteligível aplausos música silêncio vinheta pausa"),
        manners=words(
            "ri risos risada rindo suspira suspirando tosse chora soluça sussurra sussurrando grita murmura geme "
            "boceja canta sorri"
        ),
        cues=words("música som efeito"),
        continued=words("mais continua cont"),
        asides=words(
            "nota aviso atenção advertência cuidado importante lembre-se lembre lembrem-se exemplo dica regra "
            "passo resumo conclusão razão resultado solução correção ingredientes preparo farinha açúcar manteiga "
            "sal fonte lugar hora assunto duração"
        ),
        counting=words("primeiro segundo terceiro finalmente"),
        greetings=words("querido querida caro cara prezado prezada"),
        acts=words("ato acto cena quadro prólogo epílogo"),
        stage=words("pano sai saem"),
        ands=words("e"),
    ),
    people=People(
        says=words(
            "disse perguntou respondeu exclamou gritou murmurou sussurrou acrescentou retorquiu replicou repetiu "
            "rosnou resmungou berrou insistiu gemeu balbuciou gaguejou prosseguiu indagou redarguiu"
        ),
        replies=words("respondeu retorquiu replicou"),
        goes_on=words("acrescentou"),
        men=words("paulo joão josé pedro antónio antônio manuel luís carlos francisco miguel"),
        women=words("lúcia maria joana teresa inês helena luísa catarina beatriz isabel"),
        lords=words("dom senhor"),
        ladies=words("dona senhora senhorita"),
        determiners=words("o a um uma meu minha seu sua nosso nossa este esta aquele aquela outro outra"),
        indefinite=words("um uma outro outra"),
        epithets=words("velho velha jovem pequeno pequena pobre bom boa"),
        pronouns=Pronouns(male="ele", female="ela", he="[Ee]le", she="[Ee]la", i="[Ee]u", several="[Ee]les|[Ee]las"),
    ),
    incises=Incises(
        verbs=words(
            "disse diz dizia perguntou respondeu gritou exclamou murmurou falou continuou pediu acrescentou replicou "
            "sussurrou tornou atalhou retorquiu observou bradou suspirou rosnou resmungou berrou repetiu explicou "
            "insistiu interrompeu gemeu balbuciou gaguejou ordenou prosseguiu indagou concluiu declarou comentou "
            "sugeriu protestou anunciou confessou afirmou redarguiu"
        ),
        before="lhe|me",
        subjects=r"-lhe\s\w+|\s(?:ele|ela|eles|elas)\b|\s(?:[oa]s?|uma?|meu|minha|seu|sua)\s\w+",
        goes_on=r"\w+ndo\b|com uma? \w+|em voz\b|sem \w+[aei]r\b|que ",
    ),
    spoken=_SPOKEN,
    formulas=_FORMULAS,
)
