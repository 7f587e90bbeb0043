"""Spanish."""

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
        named={5: ("quinto", "quintos"), 6: ("sexto", "sextos"), 8: ("octavo", "octavos")}, one="un", joint=" y ",
    ),
    powers=Powers(squared="al cuadrado", cubed="al cubo", power="elevado a {}", minus="menos"),
    initials=words("ONU OTAN UE EE UU"),
    language="es", group=".   ", decimal=",", point="coma", minus="menos", to="a", hundredths="con",
    percent=("por ciento", "por ciento"),
    months=tuple("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()),
    money=money(EUR="euro/euros;céntimo/céntimos", USD="dólar/dólares;centavo/centavos",
                 GBP="libra/libras;penique/peniques", JPY="yen/yenes;", Pts="peseta/pesetas;"),
    units=metric("kilómetro/kilómetros", "metro/metros", "centímetro/centímetros", "milímetro/milímetros",
                 "kilogramo/kilogramos", "gramo/gramos", "tonelada/toneladas", "litro/litros",
                 "kilómetro por hora/kilómetros por hora", "grado Celsius/grados Celsius", "grado/grados",
                 "hectárea/hectáreas", "kilovatio/kilovatios", "metro cuadrado/metros cuadrados",
                 "kilómetro cuadrado/kilómetros cuadrados", "metro cúbico/metros cúbicos"),
    magnitudes={"millón": ("millón de", "millón de"), "millones": ("millón de", "millones de"),
                "mill.": ("millón de", "millones de")},
    parts={"½": "y medio", "¼": "y cuarto", "¾": "y tres cuartos", "⅓": "y un tercio", "⅔": "y dos tercios"},
    fractions={"¼": "un cuarto", "¾": "tres cuartos", "⅓": "un tercio", "⅔": "dos tercios"},
    signs={"&": "y", "=": "igual a", "+": "más", "§": "párrafo", "@": "arroba", "×": "por",
           "€": "euro", "$": "dólar", "№": "número", "#": "número"},
    words={"etc.": "etcétera", "p. ej.": "por ejemplo", "EE. UU.": "Estados Unidos", "a. C.": "antes de Cristo",
           "d. C.": "después de Cristo", "aprox.": "aproximadamente", "ca.": "circa", "Ud.": "usted", "Uds.": "ustedes",
           "Vd.": "usted", "Vds.": "ustedes"},
    titles={"Sr.": "señor", "Sres.": "señores", "Sra.": "señora", "Srta.": "señorita", "D.": "don", "Dña.": "doña",
            "Dr.": "doctor", "Dra.": "doctora", "Prof.": "profesor", "Gral.": "general", "Sta.": "santa",
            "Sto.": "santo"},
    counters={"t.": "tomo", "pp.": "páginas",
              "n.º": "número", "N.º": "Número", "nº": "número", "núm.": "número", "pág.": "página", "págs.": "páginas",
              "cap.": "capítulo", "vol.": "volumen", "art.": "artículo", "tel.": "teléfono"},
    divisions=("capítulo", "tomo", "libro", "parte", "acto", "escena", "volumen", "siglo"),
    rulers=words(
        "Felipe Carlos Alfonso Fernando Isabel Luis Enrique Juan Pablo Pío Benedicto León Clemente Jorge Eduardo "
        "Guillermo Catalina Pedro Napoleón Federico Nicolás Alejandro Sancho Jaime Ramiro"
    ),
    form="masculine",
    agreement="spanish", inflection="romance", genders="all", feminine=("ton", "libra", "peseta", "hectárea"), of="de",
    before_years="en año desde hasta y a de del entre", joint="y", date_of=" de", hours=r"\blas?\s$",
    queens=words("Isabel Catalina"), ranked_rulers=10,
    addresses=addresses("arroba|punto|barra|dos puntos|guion|guion bajo"),
)  # fmt: skip

_FORMULAS = formulas(
    "más|menos|por|dividido por|igual a|distinto de|menor que|mayor que|menor o igual que|"
    "mayor o igual que|aproximadamente|más menos|pertenece a|no pertenece a|contenido en|unión|"
    "intersección|tiende a|implica|si y solo si|infinito|suma|producto|integral|d|para todo|existe|"
    "proporcional a|factorial|grados|abre paréntesis|cierra paréntesis",
    "1/2 un medio|1/3 un tercio|2/3 dos tercios|1/4 un cuarto|3/4 tres cuartos",
    limit="límite cuando {b} de",
    over="{a} sobre {b}", mixed="{a} y {b}", sub="{a} sub {b}", root="raíz cuadrada de {a}",
    cube_root="raíz cúbica de {a}", nth_root="raíz de orden {b} de {a}", limits="{a} desde {b} hasta {c} de",
    beneath="{a} sobre {b} de", absolute="valor absoluto de {a}", bar="{a} barra", hat="{a} gorro",
    vector="vector {a}", prime="{a} prima", table="una tabla de {a} filas y {b} columnas",
)  # fmt: skip

LANGUAGE = Language(
    code="es",
    quotation_marks=("«…»", "“…”"),
    name="Spanish",
    called=words("Spanisch espagnol español castellano spagnolo espanhol испанский スペイン語 스페인어 西班牙语"),
    iso=("spa",),
    qwen3_tts="spanish",
    disclosure=Disclosure("Este audiolibro está narrado por una voz sintética.", "Narrado por una voz sintética."),
    passage=(
        "El niño guardó la llave del jardín mientras la lluvia caía sobre la ciudad. —¿Quién viene ahí? —preguntó "
        "su abuela, riendo; y un perro chico cruzó el camino con un viejo zapato en la boca."
    ),
    dashes=True,
    leaning_dashes=True,
    sentences=Sentences(
        greetings=words("querido querida queridos queridas estimado estimada muy señor señora hola"),
        open_ends=words(
            "el la los las un una unos unas de del a al en con por para sin sobre y e o u pero que cuyo su "
            "sus mi mis nuestro este esta hacia entre es era muy si cuando"
        ),
        titles=words(
            "sr sres sra sras srta srtas dª dña dr dra dres prof profa lic ing arq abog gral cap cnel tte sgto mons fr "
            "pbro st sto sta excmo excma ilmo ilma rvdo rvda ud uds vd vds admón p.ej ej cf vid aprox mt ntra ssma av "
            "s.m ca n.b p.d ma fco avda cra lun mié jue vie sáb dom ene feb abr may jun jul ago sep sept set oct nov "
            "dic"
        ),
        shortened=words(
            "etc ee uu ee.uu ss aa a.c d.c j.c cía ltda s.a s.l km hs hrs min seg depto dpto izq dcha edo máx mín "
            "u.s.a prov pdte vol ed b.a c.a"
        ),
        numbered=words(
            "c lib lám n nº n° no núm núms art arts párr párrs párrf pág págs p pp cap caps fig figs tel tels ext vol "
            "mar t ap inc sec tít"
        ),
        starters=words(
            "a ahora al algo algunos allí ante antes apenas aquel aquella aquello aquí así aún aunque cada casi como "
            "con cual cuando cuanto de del desde después dónde donde durante él el ella ellas ellos en entonces entre "
            "era es esa ese eso esta está estaba este esto fue ha había hacia hasta hay hoy la las le les lo los luego "
            "más me mi mientras mis mucho muy nada nadie ni no nos nosotros nuestra nuestro nunca o otra otro para "
            "pero poco por porque pues que quién quien se si sí sin sobre su sus tal también tampoco tan todo todos "
            "tras tu tú un una unos usted y ya yo"
        ),
    ),
    headings=Headings(
        chapters=words("capítulo"),
        divisions=words("capítulo libro acto"),
        numbered=words("parte"),
        plain=words("capítulo capitulo cap. parte libro tomo acto"),
        titled=words("capítulo capitulo parte libro"),
        unnumbered=words("prólogo epílogo prefacio introducción interludio posfacio conclusión"),
        pages=words("p pág página"),
        number=(
            r"(?:el |la )?(?:primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|sext[oa]|séptim[oa]|octav[oa]|"
            r"noven[oa]|(?:un|duo)?décim[oa](?: \w{5,8})?|(?:vig|trig|cuadrag)ésim[oa](?: \w{5,8})?|últim[oa]|"
            r"un[oa]|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|"
            r"dieci\w{4,6}|veint(?:e|i\w{3,6})|(?:treinta|cuarenta|cincuenta)(?: y \w{3,6})?)"
        ),
    ),
    typed=Typed(
        pictures=words("ilustración imagen grabado mapa lámina figura"),
        notes=words("nota"),
        title=words("título"),
        author=words("autor autora por"),
        waiting=words("y o u e ni"),
    ),
    unread={
        "cover": "cubierta",
        "titlepage": "portada",
        "halftitlepage": "anteportada|portadilla",
        "copyright-page": "créditos|derechos de autor|página de créditos",
        "colophon": "colofón|colophón",
        "index": "índice onomástico|índice analítico",
        "bibliography": "bibliografía",
        "endnotes": "notas|notas al pie|notas a pie de página|notas al final",
        "toc": (
            "índice|índice general|tabla de contenido|tabla de contenidos|contenido|contenidos|sumario|"
            "índice de capítulos|índice de materias"
        ),
        "loi": (
            "ilustraciones|lista de ilustraciones|índice de ilustraciones|índice de láminas|láminas|"
            "índice de figuras|lista de figuras|mapas|índice de mapas|lista de mapas|índice de grabados"
        ),
        "lot": "índice de tablas|lista de tablas|índice de cuadros",
        "transcriber-note": (
            "nota del transcriptor|notas del transcriptor|nota de transcripción|notas de transcripción|"
            "nota de la transcripción|notas de la transcripción|nota sobre la transcripción|"
            "notas sobre la transcripción|nota de los transcriptores|notas de los transcriptores|nota del corrector"
        ),
        "also-by": (
            "otros libros de …|otras obras de …|otros títulos de …|otras novelas de …|libros de …|obras de …|"
            "novelas de …|también de …|más libros de …|del mismo autor|de la misma autora|otras obras del autor|"
            "otras obras de la autora|obras del mismo autor|obras de la misma autora|otros libros del autor|"
            "otros libros de la autora|otros títulos del autor|otros títulos de la autora|"
            "otros títulos de la colección|en la misma colección"
        ),
        "newsletter": (
            "boletín|boletín de noticias|nuestro boletín|newsletter|suscríbete|suscríbase|suscríbete a …|"
            "suscríbete al boletín|suscríbase a …|únete a …|apúntate a …|lista de correo|mantente en contacto|"
            "sigamos en contacto|sígueme|gracias por leer"
        ),
        "praise": (
            "elogios|críticas|reseñas|lo que dice la crítica|lo que dicen los lectores|elogios para …|elogios a …|"
            "elogios de …|alabanzas para …|críticas de …|reseñas de …|la crítica ha dicho|la crítica ha dicho de …|"
            "la crítica ha dicho sobre …"
        ),
    },
    rights=(
        "todos los derechos reservados|reservados todos los derechos|derechos reservados|"
        "quedan reservados todos los derechos|queda prohibida|queda rigurosamente prohibida|"
        "prohibida la reproducción|no se permite la reproducción|queda hecho el depósito"
    ),
    imprint=(
        "primera edición|segunda edición|depósito legal|título original|se terminó de imprimir|editor digital|"
        "derechos exclusivos|publicado por|publicado originalmente|"
        "impreso en|diseño de cubierta|diseño de portada|diseño de la cubierta|ilustración de cubierta|"
        "ilustración de portada|imagen de cubierta|traducción de|traducción:|edición digital|maquetación|"
        "corrección:|editorial"
    ),
    note_words=tuple("nota".split()),
    return_words=words("volver regresar"),
    shows=Shows(
        sounds=words("inaudible ininteligible aplausos música silencio risas murmullos sintonía pausa"),
        manners=words(
            "ríe risa riendo suspira suspirando tose llora solloza susurra susurrando grita murmura gime bosteza "
            "canta tararea sonríe"
        ),
        cues=words("música sonido efecto"),
        continued=words("más sigue continúa cont"),
        asides=words(
            "nota aviso atención advertencia importante recuerda recuerde recordad ejemplo consejo regla paso "
            "resumen conclusión razón resultado solución corrección ingredientes preparación harina azúcar "
            "mantequilla sal fuente fecha lugar hora tema duración ojo"
        ),
        counting=words("primero segundo tercero finalmente"),
        greetings=words("querido querida estimado estimada estimados"),
        acts=words("acto escena cuadro prólogo epílogo"),
        stage=words("telón vase vanse"),
        ands=words("y e"),
    ),
    people=People(
        says=words(
            "dijo preguntó respondió exclamó gritó murmuró contestó añadió susurró replicó repuso continuó repitió "
            "insistió explicó observó prosiguió gimió sollozó protestó interrumpió ordenó gruñó masculló balbuceó "
            "refunfuñó inquirió chilló"
        ),
        replies=words("respondió contestó replicó repuso"),
        goes_on=words("añadió continuó prosiguió"),
        lords=words("don señor"),
        ladies=words("doña señora señorita"),
        men=words("juan josé jose pablo luis carlos"),
        women=words("carmen dolores inés juana lucía"),
        determiners=words("el la un una mi su nuestro nuestra aquel aquella este esta otro otra"),
        indefinite=words("un una otro otra"),
        epithets=words("viejo vieja joven pequeño pequeña pobre buen buena"),
        pronouns=Pronouns(male="él", female="ella", he="[Éé]l", she="[Ee]lla", i="[Yy]o", several="[Ee]llos|[Ee]llas"),
    ),
    incises=Incises(
        verbs=words(
            "dijo dice decía preguntó respondió exclamó gritó murmuró contestó añadió susurró replicó repuso continuó "
            "repitió gruñó masculló balbuceó refunfuñó insistió explicó observó prosiguió gimió sollozó protestó "
            "interrumpió ordenó comentó aseguró chilló rugió suspiró concluyó inquirió"
        ),
        before="le|me|les",
        subjects=r"\s(?:él|ella|ellos|ellas)\b|\s(?:el|la|los|las|un|una|mi|su)\s\w+",
        goes_on=r"\w+ndo\b|con una? \w+|en voz\b|sin \w+r\b|que ",
    ),
    spoken=_SPOKEN,
    formulas=_FORMULAS,
)
