"""Italian."""

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
        named={5: ("quinto", "quinti"), 6: ("sesto", "sesti"), 8: ("ottavo", "ottavi")}, one="un", joint=" e ",
    ),
    powers=Powers(squared="al quadrato", cubed="al cubo", power="alla {}", minus="meno", rank="feminine"),
    initials=words("ONU RAI UE FIAT"),
    language="it", group=".' ", decimal=",", point="virgola", minus="meno", to="a", hundredths="e",
    percent=("per cento", "per cento"),
    months=tuple(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
    ),
    money=money(EUR="euro/euro;centesimo/centesimi", USD="dollaro/dollari;centesimo/centesimi",
                 GBP="sterlina/sterline;penny/pence", JPY="yen/yen;", L="lira/lire;"),
    units=metric("chilometro/chilometri", "metro/metri", "centimetro/centimetri", "millimetro/millimetri",
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
    counters={"t.": "tomo", "pp.": "pagine",
              "n.": "numero", "nn.": "numeri", "n°": "numero", "pag.": "pagina", "pagg.": "pagine", "p.": "pagina",
              "cap.": "capitolo", "vol.": "volume", "art.": "articolo", "tel.": "telefono"},
    divisions=("capitolo", "tomo", "libro", "parte", "atto", "scena", "volume"),
    rulers=words(
        "Vittorio Emanuele Umberto Carlo Luigi Enrico Giovanni Paolo Pio Benedetto Leone Clemente Giorgio Edoardo "
        "Guglielmo Caterina Pietro Napoleone Federico Filippo Francesco Elisabetta Innocenzo Gregorio Bonifacio Sisto "
        "Alessandro Nicola Amedeo Ottone"
    ),
    form="masculine",
    agreement="italian", inflection="romance", genders="one", feminine=("ton", "sterlin", "lira"), of="di", joint="e",
    hours=r"(?:\b(?:alle|dalle|le|delle|ore)\s|\ball[’'])$", queens=words("Elisabetta Caterina"), ranked_rulers=4000,
    addresses=addresses("chiocciola|punto|barra|due punti|trattino|trattino basso"),
)  # fmt: skip

_FORMULAS = formulas(
    "più|meno|per|diviso|uguale|diverso da|minore di|maggiore di|minore o uguale a|"
    "maggiore o uguale a|circa|più o meno|appartiene a|non appartiene a|contenuto in|unione|"
    "intersezione|tende a|implica|se e solo se|infinito|somma|prodotto|integrale|d|per ogni|esiste|"
    "proporzionale a|fattoriale|gradi|aperta parentesi|chiusa parentesi",
    "1/2 un mezzo|1/3 un terzo|2/3 due terzi|1/4 un quarto|3/4 tre quarti",
    limit="limite per {b} di",
    over="{a} fratto {b}", mixed="{a} e {b}", sub="{a} con {b}", root="radice quadrata di {a}",
    cube_root="radice cubica di {a}", nth_root="radice di ordine {b} di {a}", limits="{a} da {b} a {c} di",
    beneath="{a} su {b} di", absolute="valore assoluto di {a}", bar="{a} barra", hat="{a} cappello",
    vector="vettore {a}", prime="{a} primo", table="una tabella di {a} righe e {b} colonne",
)  # fmt: skip

LANGUAGE = Language(
    code="it",
    quotation_marks=("«…»", "“…”"),
    name="Italian",
    called=words("Italienisch italien italiano итальянский イタリア語 이탈리아어 意大利语"),
    iso=("ita",),
    qwen3_tts="italian",
    disclosure=Disclosure("Questo audiolibro è letto da una voce sintetica.", "Letto da una voce sintetica."),
    passage=(
        "La figlia del mugnaio chiuse piano il cancello e ascoltò la pioggia sugli scogli. «Chi c’è laggiù?» chiese "
        "la zia ridendo; poi un vecchio cane attraversò la piazza, e ogni luce si accese."
    ),
    dashes=True,
    sentences=Sentences(
        greetings=words("caro cara cari care carissimo carissima gentile egregio egregia mio mia ciao"),
        open_ends=words(
            "il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai agli alle da "
            "dal dalla in nel nella con su sul sulla per tra fra e ed o ma che cui suo sua mio mia questo "
            "questa è era molto se quando"
        ),
        titles=words(
            "sig sigg sig.ra sig.na sig.re dott dott.ssa dr dr.ssa prof prof.ssa avv ing arch geom rag on sen cav comm "
            "gen col cap magg ten serg mons rev ss ill egr gent spett preg es pag dir amm st psicol econ az rif mar "
            "s.m ca cfr n.b mer gio ven sab dom lun"
        ),
        shortened=words(
            "ecc etc a.c d.c s.p.a spa s.r.l srl u.s.a vol ed cit app idraul meteor gg sec min max tot fig fam gen "
            "feb mar apr mag giu lug ago set sett ott nov dic f.lli p.es"
        ),
        numbered=words("c lib n nn nr n° art artt p pp pag pagg cap capp fig figg tel vol tav c ca sez int"),
        starters=words(
            "a ad adesso al alla allora anche ancora appena avere aveva c'è c'era che chi ci ciò come con così cosa da "
            "dal dalla davanti del della di dopo dove dunque durante e è ed egli ella era erano essa essi esso fino "
            "forse fu già gli ha ho i il in infatti invece io la là le lei li lo loro lui ma mai me mentre mi mia mio "
            "molti molto ne nel nella nessuno niente no noi non nostra nostro nulla o ogni ora perché però più poi "
            "prima proprio qualche quale quando quanto quasi quel quella quelle quelli quello questa queste questi "
            "questo qui se sebbene sei senza si sì sia siamo sono sopra sotto stava su sua sulla suo tra tu tutta "
            "tutti tutto un una uno voi"
        ),
    ),
    headings=Headings(
        chapters=words("capitolo"),
        divisions=words("capitolo libro atto"),
        numbered=words("parte"),
        plain=words("capitolo cap. parte libro tomo atto"),
        titled=words("capitolo parte libro"),
        unnumbered=words("prologo epilogo prefazione introduzione postfazione interludio conclusione"),
        pages=words("p pag pagina"),
        number=(
            r"(?:il |la )?(?:prim[oa]|second[oa]|terz[oa]|quart[oa]|quint[oa]|sest[oa]|settim[oa]|ottav[oa]|non[oa]|"
            r"decim[oa](?: \w{4,7})?|\w{3,12}esim[oa](?: \w{4,7})?|ultim[oa]|un[oa]|due|tre|quattro|cinque|sei|sette|"
            r"otto|nove|dieci|undici|dodici|tredici|quattordici|quindici|sedici|dicia\w{5,6}|diciotto|"
            r"(?:vent|trent|quarant|cinquant)\w{1,8})"
        ),
    ),
    typed=Typed(
        pictures=words("illustrazione immagine figura incisione mappa tavola"),
        notes=words("nota"),
        title=words("titolo"),
        author=words("autore autrice di"),
        waiting=words("e ed o od né"),
    ),
    unread={
        "cover": "copertina",
        "titlepage": "frontespizio",
        "halftitlepage": "occhiello",
        "copyright-page": "copyright e crediti",
        "colophon": "colophon|colofon",
        "index": "indice dei nomi|indice analitico",
        "bibliography": "bibliografia",
        "endnotes": "note|note a piè di pagina|note a piè pagina|note al testo",
        "toc": "indice|sommario|indice generale|indice dei capitoli|indice del volume|contenuto",
        "loi": (
            "illustrazioni|indice delle illustrazioni|elenco delle illustrazioni|indice delle figure|"
            "indice delle tavole|tavole|elenco delle tavole|cartine|mappe|carte|indice delle mappe"
        ),
        "lot": "indice delle tabelle|elenco delle tabelle",
        "transcriber-note": (
            "nota del trascrittore|note del trascrittore|note dei trascrittori|nota dei trascrittori|"
            "nota di trascrizione|note di trascrizione|nota sulla trascrizione|note sulla trascrizione|"
            "note alla trascrizione|nota alla trascrizione|nota del trascrittore e del revisore"
        ),
        "also-by": (
            "dello stesso autore|della stessa autrice|altri libri di …|altre opere di …|altri titoli di …|"
            "altri romanzi di …|libri di …|opere di …|romanzi di …|anche di …|altre opere dell'autore|"
            "altre opere dell'autrice|altri libri dell'autore|altri libri dell'autrice|opere dello stesso autore|"
            "opere della stessa autrice|dello stesso autore nella stessa collana|nella stessa collana|"
            "nella stessa serie"
        ),
        "newsletter": (
            "newsletter|la newsletter|la nostra newsletter|iscriviti|iscriviti a …|iscriviti alla newsletter|"
            "iscrizione alla newsletter|restiamo in contatto|rimani in contatto|resta in contatto|seguimi|seguici|"
            "grazie per aver letto|lista di distribuzione"
        ),
        "praise": (
            "recensioni|la critica|hanno scritto|elogi|elogi per …|recensioni di …|la stampa su …|"
            "hanno scritto di …|cosa dicono i lettori|dicono di …"
        ),
    },
    rights=(
        "tutti i diritti riservati|tutti i diritti sono riservati|proprietà letteraria riservata|diritti riservati|"
        "vietata la riproduzione|è vietata la riproduzione|riproduzione vietata|nessuna parte di questo libro|"
        "nessuna parte di questa pubblicazione"
    ),
    imprint=(
        "prima edizione|seconda edizione|titolo originale|traduzione:|edizione originale|pubblicato da|"
        "pubblicato per la prima volta|stampato in|"
        "finito di stampare|progetto grafico|copertina di|in copertina:|grafica di copertina|"
        "illustrazione di copertina|traduzione di|traduzione dall|edizione digitale|impaginazione|casa editrice|"
        "editore:"
    ),
    note_words=tuple("nota".split()),
    return_words=words("torna indietro"),
    shows=Shows(
        sounds=words("incomprensibile inudibile applausi musica silenzio sigla brusio pausa"),
        manners=words(
            "ride risata risate ridendo sospira sospirando tossisce piange singhiozza sussurra sussurrando grida "
            "urla mormora geme sbadiglia canta sorride"
        ),
        cues=words("musica suono rumore"),
        continued=words("segue continua cont"),
        asides=words(
            "nota avviso attenzione avvertenza importante ricorda ricordate ricordatevi esempio consiglio regola "
            "passo riassunto conclusione ragione risultato soluzione correzione ingredienti preparazione farina "
            "zucchero burro sale fonte luogo ora tema durata"
        ),
        counting=words("primo secondo terzo infine"),
        greetings=words("caro cara gentile egregio"),
        acts=words("atto scena quadro prologo epilogo"),
        stage=words("sipario esce escono"),
        ands=words("e ed"),
    ),
    people=People(
        says=words(
            "disse rispose chiese domandò esclamò gridò mormorò sussurrò replicò aggiunse ripeté soggiunse borbottò "
            "urlò brontolò balbettò ribatté proseguì sbottò bisbigliò strillò ringhiò"
        ),
        replies=words("rispose replicò"),
        goes_on=words("aggiunse soggiunse"),
        determiners=words("il lo la l’ l' un uno una questo questa quel quello quella"),
        indefinite=words("un uno una"),
        epithets=words("vecchio vecchia giovane piccolo piccola povero povera buon buona"),
        pronouns=Pronouns(
            male="egli|lui", female="ella|lei", he="[Ee]gli|[Ll]ui", she="[Ee]lla|[Ll]ei", i="[Ii]o", several="[Ll]oro"
        ),
        men=words("paolo giovanni giuseppe pietro antonio luigi carlo marco matteo luca piero"),
        women=words("lucia maria giulia chiara francesca caterina giovanna paola elena teresa"),
        lords=words("signor"),
        ladies=words("signora signorina"),
    ),
    incises=Incises(
        verbs=words(
            "disse dice diceva chiese rispose gridò esclamò mormorò domandò aggiunse replicò sussurrò continuò riprese "
            "soggiunse ribatté interruppe sospirò fece borbottò urlò brontolò balbettò spiegò osservò ripeté "
            "ordinò insistette concluse annunciò proseguì ammise protestò commentò sbottò bisbigliò strillò ringhiò"
        ),
        before="gli|le|mi|si",
        subjects=r"\s(?:lui|lei|egli|ella|loro)\b|\s(?:l[’']|(?:il|lo|la|i|gli|le|un|una|uno|mio|mia)\s)\w+",
        goes_on=r"\w+ndo(?:si)?\b|con una? \w+|a (?:bassa )?voce\b|senza \w+re\b|che ",
    ),
    spoken=_SPOKEN,
    formulas=_FORMULAS,
)
