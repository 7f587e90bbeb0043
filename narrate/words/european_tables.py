"""What German, French, Spanish, Italian and Portuguese call things; the rules are in `european`.

A counted thing is a tuple of forms: one, several.
"""

from dataclasses import dataclass, field

Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One language. `group` are the marks between thousands, `decimal` is the one before decimals."""

    language: str
    group: str
    decimal: str
    point: str
    minus: str
    to: str
    hundredths: str  # between an amount and its cents
    percent: Forms
    months: tuple[str, ...]  # as dates have them
    money: dict[str, tuple[Forms, Forms]]
    units: dict[str, Forms]
    magnitudes: dict[str, Forms]
    parts: dict[str, str]  # ½ after a number, or after what is counted
    fractions: dict[str, str]  # those alone that are said alike in every case
    signs: dict[str, str]
    words: dict[str, str]  # abbreviations anywhere, with their stops
    titles: dict[str, str]  # only before a name
    counters: dict[str, str]  # only before a number
    divisions: tuple[str, ...] = ()
    rulers: frozenset[str] = field(default=frozenset())


_METRIC = ("km", "m", "cm", "mm", "kg", "g", "t", "l", "km/h", "°C", "°", "ha", "kW", "m²", "km²", "m³")


def _units(*names: str, **others: Forms) -> dict[str, Forms]:
    """The metric units in order, each as `one/several`."""
    return dict(zip(_METRIC, (tuple(name.split("/")) for name in names), strict=True)) | others


def _money(**signs: str) -> dict[str, tuple[Forms, Forms]]:
    """Currencies by code, sign and name as `one/several;one cent/several cents`."""
    codes = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
    made: dict[str, tuple[Forms, Forms]] = {}
    for code, forms in signs.items():
        whole, part = (tuple(named.split("/")) for named in forms.split(";"))
        # In words too, but French books are `livres` as well.
        names = {code, codes.get(code, code), *whole} - {"livre", "livres"}
        made |= dict.fromkeys(names, (whole, part))
    return made


def _months(names: str) -> tuple[str, ...]:
    return tuple(names.split())


GERMAN = Table(
    "de", group=".' ", decimal=",", point="Komma", minus="minus", to="bis", hundredths="",
    percent=("Prozent", "Prozent"),
    months=_months("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    money=_money(EUR="Euro/Euro;Cent/Cent", USD="Dollar/Dollar;Cent/Cent", GBP="Pfund/Pfund;Penny/Pence",
                 JPY="Yen/Yen;", CHF="Franken/Franken;Rappen/Rappen", DM="Mark/Mark;Pfennig/Pfennig"),
    units=_units("Kilometer/Kilometer", "Meter/Meter", "Zentimeter/Zentimeter", "Millimeter/Millimeter",
                 "Kilogramm/Kilogramm", "Gramm/Gramm", "Tonne/Tonnen", "Liter/Liter",
                 "Kilometer pro Stunde/Kilometer pro Stunde", "Grad Celsius/Grad Celsius", "Grad/Grad",
                 "Hektar/Hektar", "Kilowatt/Kilowatt", "Quadratmeter/Quadratmeter",
                 "Quadratkilometer/Quadratkilometer", "Kubikmeter/Kubikmeter"),
    magnitudes={"Mio.": ("Million", "Millionen"), "Mrd.": ("Milliarde", "Milliarden"),
                "Million": ("Million", "Million"), "Millionen": ("Million", "Millionen"),
                "Milliarden": ("Milliarde", "Milliarden")},
    parts={"½": "einhalb", "¼": "einviertel", "¾": "dreiviertel", "⅓": "eindrittel", "⅔": "zweidrittel"},
    fractions={"¾": "drei Viertel", "⅔": "zwei Drittel"},
    signs={"&": "und", "=": "gleich", "+": "plus", "§": "Paragraph", "@": "at", "×": "mal",
           "€": "Euro", "$": "Dollar", "№": "Nummer", "#": "Nummer"},
    words={"z. B.": "zum Beispiel", "d. h.": "das heißt", "u. a.": "unter anderem", "usw.": "und so weiter",
           "bzw.": "beziehungsweise", "etc.": "et cetera", "ca.": "circa", "evtl.": "eventuell",
           "ggf.": "gegebenenfalls",
           "u. s. w.": "und so weiter", "n. Chr.": "nach Christus", "v. Chr.": "vor Christus", "vgl.": "vergleiche",
           "s. o.": "siehe oben", "s. u.": "siehe unten", "i. d. R.": "in der Regel"},
    titles={"Dr.": "Doktor", "Prof.": "Professor", "Hr.": "Herr", "Hrn.": "Herrn", "Fr.": "Frau", "Frl.": "Fräulein",
            "St.": "Sankt", "Ing.": "Ingenieur", "Dipl.": "Diplom"},
    counters={"Nr.": "Nummer", "S.": "Seite", "Bd.": "Band", "Kap.": "Kapitel", "Abb.": "Abbildung", "Art.": "Artikel",
              "Abs.": "Absatz", "Tel.": "Telefon"},
    divisions=("Kapitel", "Band", "Teil", "Buch", "Akt", "Szene"),
    rulers=frozenset("Ludwig Heinrich Karl Friedrich Wilhelm Otto Georg Eduard Elisabeth Katharina Peter Paul Pius "
                     "Johannes Benedikt Leo Philipp Franz Napoleon Maximilian Rudolf Leopold August Christian "
                     "Gustav Alexander Nikolaus Iwan Richard Jakob".split()),
)  # fmt: skip

FRENCH = Table(
    "fr", group="   .", decimal=",", point="virgule", minus="moins", to="à", hundredths="",
    percent=("pour cent", "pour cent"),
    months=_months("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    money=_money(EUR="euro/euros;centime/centimes", USD="dollar/dollars;cent/cents", GBP="livre/livres;penny/pence",
                 JPY="yen/yens;", CHF="franc/francs;centime/centimes", F="franc/francs;centime/centimes"),
    units=_units("kilomètre/kilomètres", "mètre/mètres", "centimètre/centimètres", "millimètre/millimètres",
                 "kilogramme/kilogrammes", "gramme/grammes", "tonne/tonnes", "litre/litres",
                 "kilomètre à l’heure/kilomètres à l’heure", "degré Celsius/degrés Celsius", "degré/degrés",
                 "hectare/hectares", "kilowatt/kilowatts", "mètre carré/mètres carrés",
                 "kilomètre carré/kilomètres carrés", "mètre cube/mètres cubes"),
    magnitudes={"million": ("million", "million"), "milliard": ("milliard", "milliard"),
                "millions": ("million", "millions"), "milliards": ("milliard", "milliards"),
                "M": ("million", "millions"), "Md": ("milliard", "milliards")},
    parts={"½": "et demi", "¼": "et quart", "¾": "trois quarts", "⅓": "et un tiers", "⅔": "et deux tiers"},
    fractions={"¼": "un quart", "¾": "trois quarts", "⅓": "un tiers", "⅔": "deux tiers"},
    signs={"&": "et", "=": "égale", "+": "plus", "§": "paragraphe", "@": "arobase", "×": "fois",
           "€": "euro", "$": "dollar", "№": "numéro", "#": "numéro"},
    words={"etc.": "et cetera", "c.-à-d.": "c’est-à-dire", "p. ex.": "par exemple", "av. J.-C.": "avant Jésus-Christ",
           "apr. J.-C.": "après Jésus-Christ", "env.": "environ", "cf.": "confer"},
    titles={"M.": "Monsieur", "MM.": "Messieurs", "Mme": "Madame", "Mmes": "Mesdames", "Mlle": "Mademoiselle",
            "Dr": "Docteur", "Pr": "Professeur", "Me": "Maître", "Mgr": "Monseigneur"},
    counters={"n°": "numéro", "nº": "numéro", "N°": "Numéro", "p.": "page", "pp.": "pages", "chap.": "chapitre",
              "vol.": "volume", "fig.": "figure", "art.": "article", "tél.": "téléphone"},
    divisions=("chapitre", "tome", "livre", "partie", "acte", "scène", "volume"),
    rulers=frozenset("Louis Henri Charles François Philippe Napoléon Guillaume Jean Paul Pie Benoît Léon Clément "
                     "Édouard George Georges Élisabeth Catherine Frédéric Ferdinand Léopold Albert Alexandre "
                     "Nicolas Pierre Jacques Richard Baudouin Innocent Grégoire".split()),
)  # fmt: skip

SPANISH = Table(
    "es", group=".   ", decimal=",", point="coma", minus="menos", to="a", hundredths="con",
    percent=("por ciento", "por ciento"),
    months=_months("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    money=_money(EUR="euro/euros;céntimo/céntimos", USD="dólar/dólares;centavo/centavos",
                 GBP="libra/libras;penique/peniques", JPY="yen/yenes;", Pts="peseta/pesetas;"),
    units=_units("kilómetro/kilómetros", "metro/metros", "centímetro/centímetros", "milímetro/milímetros",
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
           "d. C.": "después de Cristo", "aprox.": "aproximadamente", "Ud.": "usted", "Uds.": "ustedes",
           "Vd.": "usted", "Vds.": "ustedes"},
    titles={"Sr.": "señor", "Sres.": "señores", "Sra.": "señora", "Srta.": "señorita", "D.": "don", "Dña.": "doña",
            "Dr.": "doctor", "Dra.": "doctora", "Prof.": "profesor", "Gral.": "general", "Sta.": "santa",
            "Sto.": "santo"},
    counters={"n.º": "número", "N.º": "Número", "nº": "número", "núm.": "número", "pág.": "página", "págs.": "páginas",
              "cap.": "capítulo", "vol.": "volumen", "art.": "artículo", "tel.": "teléfono"},
    divisions=("capítulo", "tomo", "libro", "parte", "acto", "escena", "volumen", "siglo"),
    rulers=frozenset("Felipe Carlos Alfonso Fernando Isabel Luis Enrique Juan Pablo Pío Benedicto León Clemente "
                     "Jorge Eduardo Guillermo Catalina Pedro Napoleón Federico Nicolás Alejandro Sancho "
                     "Jaime Ramiro".split()),
)  # fmt: skip

ITALIAN = Table(
    "it", group=".' ", decimal=",", point="virgola", minus="meno", to="a", hundredths="e",
    percent=("per cento", "per cento"),
    months=_months("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    money=_money(EUR="euro/euro;centesimo/centesimi", USD="dollaro/dollari;centesimo/centesimi",
                 GBP="sterlina/sterline;penny/pence", JPY="yen/yen;", L="lira/lire;"),
    units=_units("chilometro/chilometri", "metro/metri", "centimetro/centimetri", "millimetro/millimetri",
                 "chilogrammo/chilogrammi", "grammo/grammi", "tonnellata/tonnellate", "litro/litri",
                 "chilometro all’ora/chilometri all’ora", "grado Celsius/gradi Celsius", "grado/gradi",
                 "ettaro/ettari", "chilowatt/chilowatt", "metro quadrato/metri quadrati",
                 "chilometro quadrato/chilometri quadrati", "metro cubo/metri cubi"),
    magnitudes={"milione": ("milione di", "milione di"), "miliardo": ("miliardo di", "miliardo di"),
                "milioni": ("milione di", "milioni di"), "miliardi": ("miliardo di", "miliardi di"),
                "mln": ("milione di", "milioni di"), "mld": ("miliardo di", "miliardi di")},
    parts={"½": "e mezzo", "¼": "e un quarto", "¾": "e tre quarti", "⅓": "e un terzo", "⅔": "e due terzi"},
    fractions={"¼": "un quarto", "¾": "tre quarti", "⅓": "un terzo", "⅔": "due terzi"},
    signs={"&": "e", "=": "uguale", "+": "più", "§": "paragrafo", "@": "chiocciola", "×": "per",
           "€": "euro", "$": "dollaro", "№": "numero", "#": "numero"},
    words={"ecc.": "eccetera", "etc.": "eccetera", "per es.": "per esempio", "ad es.": "ad esempio",
           "a.C.": "avanti Cristo", "d.C.": "dopo Cristo", "ca.": "circa", "cfr.": "confronta"},
    titles={"sig.": "signor", "Sig.": "Signor", "sig.ra": "signora", "Sig.ra": "Signora", "sig.na": "signorina",
            "dott.": "dottor", "Dott.": "Dottor", "dott.ssa": "dottoressa", "prof.": "professor", "Prof.": "Professor",
            "avv.": "avvocato", "ing.": "ingegner", "on.": "onorevole"},
    counters={"n.": "numero", "nn.": "numeri", "n°": "numero", "pag.": "pagina", "pagg.": "pagine", "p.": "pagina",
              "cap.": "capitolo", "vol.": "volume", "art.": "articolo", "tel.": "telefono"},
    divisions=("capitolo", "tomo", "libro", "parte", "atto", "scena", "volume"),
    rulers=frozenset("Vittorio Emanuele Umberto Carlo Luigi Enrico Giovanni Paolo Pio Benedetto Leone Clemente Giorgio "
                     "Edoardo Guglielmo Caterina Pietro Napoleone Federico Filippo Francesco Elisabetta Innocenzo "
                     "Gregorio Bonifacio Sisto Alessandro Nicola Amedeo Ottone".split()),
)  # fmt: skip

PORTUGUESE = Table(
    "pt", group=".   ", decimal=",", point="vírgula", minus="menos", to="a", hundredths="e",
    percent=("por cento", "por cento"),
    months=_months("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    money=_money(EUR="euro/euros;cêntimo/cêntimos", USD="dólar/dólares;centavo/centavos",
                 GBP="libra/libras;pence/pence", JPY="iene/ienes;")
    | {"R$": (("real", "reais"), ("centavo", "centavos"))},
    units=_units("quilômetro/quilômetros", "metro/metros", "centímetro/centímetros", "milímetro/milímetros",
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
           "aprox.": "aproximadamente", "V. Ex.ª": "Vossa Excelência"},
    titles={"Sr.": "senhor", "Srs.": "senhores", "Sra.": "senhora", "Sr.ª": "senhora", "Srta.": "senhorita",
            "Dr.": "doutor", "Dra.": "doutora", "Prof.": "professor", "Profa.": "professora", "Sto.": "Santo",
            "Sta.": "Santa"},
    counters={"n.º": "número", "N.º": "Número", "nº": "número", "p.": "página", "pág.": "página", "págs.": "páginas",
              "cap.": "capítulo", "vol.": "volume", "art.": "artigo", "tel.": "telefone"},
    divisions=("capítulo", "tomo", "livro", "parte", "ato", "acto", "cena", "volume", "século"),
    rulers=frozenset("Pedro João Afonso Manuel Luís Carlos Filipe Henrique Paulo Pio Bento Leão Clemente Jorge Eduardo "
                     "Guilherme Catarina Maria Sancho Dinis Fernando Sebastião Napoleão Frederico Nicolau".split()),
)  # fmt: skip

TABLES = {table.language: table for table in (GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE)}
