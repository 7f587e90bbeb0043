"""German."""

from narrate.languages.formulas import formulas
from narrate.languages.language import Disclosure, Headings, Language, People, Pronouns, Sentences, Shows, Typed, words
from narrate.languages.spoken import European, Parts, Powers, addresses, metric, money

_SPOKEN = European(
    small_parts=Parts(
        named={5: ("Fünftel", "Fünftel"), 6: ("Sechstel", "Sechstel"), 8: ("Achtel", "Achtel")}, one="ein",
    ),
    powers=Powers(squared="hoch zwei", cubed="hoch drei", power="hoch {}", minus="minus"),
    initials=words("UNO DDR BRD CDU AEG ARD ADAC EKD DIN"),
    language="de", group=".' ", decimal=",", point="Komma", minus="minus", to="bis", hundredths="",
    percent=("Prozent", "Prozent"),
    months=tuple("Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()),
    money=money(EUR="Euro/Euro;Cent/Cent", USD="Dollar/Dollar;Cent/Cent", GBP="Pfund/Pfund;Penny/Pence",
                 JPY="Yen/Yen;", CHF="Franken/Franken;Rappen/Rappen", DM="Mark/Mark;Pfennig/Pfennig"),
    units=metric("Kilometer/Kilometer", "Meter/Meter", "Zentimeter/Zentimeter", "Millimeter/Millimeter",
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
    rulers=words(
        "Ludwig Heinrich Karl Friedrich Wilhelm Otto Georg Eduard Elisabeth Katharina Peter Paul Pius Johannes "
        "Benedikt Leo Philipp Franz Napoleon Maximilian Rudolf Leopold August Christian Gustav Alexander Nikolaus Iwan "
        "Richard Jakob"
    ),
    agreement="german", inflection="german", declines=True, hundreds=True, half_inside=True,
    capital_nouns=True, ranks_by_stop=True, queens=words("Elisabeth Katharina"),
    addresses=addresses("at|Punkt|Schrägstrich|Doppelpunkt|Minus|Unterstrich"),
)  # fmt: skip

_FORMULAS = formulas(
    "plus|minus|mal|geteilt durch|gleich|ungleich|kleiner als|größer als|höchstens|mindestens|"
    "ungefähr|plus minus|Element von|nicht Element von|Teilmenge von|vereinigt mit|geschnitten mit|"
    "gegen|daraus folgt|genau dann wenn|unendlich|Summe|Produkt|Integral|d|für alle|es gibt|"
    "proportional zu|Fakultät|Grad|Klammer auf|Klammer zu",
    "1/2 ein halb|1/3 ein Drittel|2/3 zwei Drittel|1/4 ein Viertel|3/4 drei Viertel",
    limit="Grenzwert für {b} von",
    over="{a} durch {b}", mixed="{a} und {b}", sub="{a} Index {b}", root="Wurzel aus {a}",
    cube_root="dritte Wurzel aus {a}", nth_root="Wurzel der Ordnung {b} aus {a}",
    limits="{a} von {b} bis {c} über", beneath="{a} über {b} von", absolute="Betrag von {a}", bar="{a} quer",
    hat="{a} Dach", vector="Vektor {a}", prime="{a} Strich",
    table="eine Tabelle mit {a} Zeilen und {b} Spalten",
)  # fmt: skip

LANGUAGE = Language(
    code="de",
    quotation_marks=("„…“", "‚…‘"),
    name="German",
    called=words("Deutsch allemand alemán tedesco alemão немецкий ドイツ語 독일어 德语 德語"),
    iso=("deu", "ger"),
    qwen3_tts="german",
    disclosure=Disclosure(
        "Dieses Hörbuch wird von einer synthetischen Stimme gelesen.", "Gelesen von einer synthetischen Stimme."
    ),
    passage=(
        "Am schönen Teich hinter unserem Haus saß ein junger Fuchs und zählte die Kähne. „Wer bist du?“, fragte ich "
        "freundlich; da sprang er quer über den Weg, und ein Pfiff klang durch die kühle Nacht."
    ),
    sentences=Sentences(
        greetings=words(
            "liebe lieber liebes liebste liebster sehr geehrte "
            "geehrter verehrte verehrter hochverehrter werter mein meine hallo"
        ),
        open_ends=words(
            "der die das den dem des ein eine einen einem einer eines von vom zu zum zur in im am an auf aus "
            "bei beim mit nach für und oder aber als dass daß welche welcher sein seine seiner ihr ihre mein "
            "meine unser über unter vor zwischen durch ist war sind waren sehr wenn weil"
        ),
        titles=words(
            "hr hrn herrn fr frl dr prof med phil jur rer nat theol habil dipl ing st hl geb gen hptm lt oblt kath ev "
            "evang röm dt deutsch engl franz lat griech ital bes insb insbes ggf evtl vgl gez z.b u.a d.h i.d.r z.t "
            "z.zt bzw bspw ca bzgl inkl exkl zzgl lfd allg verh betr "
            "fa kgl kais se ew frhr gebr gefr uffz stud cand o.g u.g m.e s.m th joh wilh n.b"
        ),
        shortened=words(
            "usw etc usf sog max mind mag str abs anm aufl bd bde ders dgl dies jh jhd jhdt mio mrd mill tsd std min "
            "sek tel u.s.w v.chr n.chr chr u.ä u.dgl o.ä b.a m.a co gmbh a.d zus verf übers hrsg hg jan feb apr aug "
            "sept sep okt nov dez"
        ),
        numbered=words("nr nrn art kap abb bd bde s seite abs ziff str tel hs fol jg h vers c gest gegr taf anm sp"),
        starters=words(
            "aber als also alle alles am an auch auf aus bei bis da damals dann das dass dein dem den denn der des "
            "deshalb die dies diese dieser dieses doch dort du ein eine einem einen einer eines er es etwas für hat "
            "hatte hier ich ihm ihn ihr ihre im in ist ja jede jeder jedes jemand jetzt kann kein keine keiner man "
            "manche mein meine mit nach nein nicht nichts niemand noch nun nur ob oder sehr sein seine sie sind so "
            "trotzdem um und uns unser von vor wann war waren warum was weil welche welcher wem wen wenn wer wie wir "
            "wird wo wollte zu zudem"
        ),
        ordinals=words(
            "am vom zum beim im dem den der des das die ein einen einem einer jeden jeder ab bis seit und zur"
        ),
        dates=words(
            "januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert "
            "jahrhunderts jahrtausend kapitel stock klasse auflage"
        ),
    ),
    headings=Headings(
        chapters=words("kapitel"),
        divisions=words("kapitel teil buch band akt"),
        plain=words("kapitel kap. teil buch band akt"),
        titled=words("kapitel teil buch"),
        unnumbered=words("prolog epilog vorwort nachwort einleitung einführung zwischenspiel"),
        pages=words("s seite"),
        number=(
            r"(?:das |der )?(?:erste|zweite|dritte|vierte|fünfte|sechste|sieb(?:en)?te|achte|neunte|zehnte|elfte|"
            r"zwölfte|\w{3,6}zehnte|\w{0,9}(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)ste|"
            r"letzte)[rs]?|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\w{3,6}zehn|"
            r"\w{0,9}(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)"
        ),
    ),
    typed=Typed(
        pictures=words("illustration abbildung bild tafel karte noten zeichnung"),
        footnotes=words("fußnote"),
        notes=words("anmerkung"),
        asides=words("randbemerkung randnotiz griechisch"),
        title=words("titel"),
        author=words("autor autorin verfasser verfasserin von"),
        waiting=words("und oder bis sowie bzw. noch"),
    ),
    unread={
        "cover": "umschlag|einband",
        "titlepage": "titelseite|titel",
        "halftitlepage": "schmutztitel",
        "imprint": "impressum",
        "colophon": "kolophon",
        "index": "register|sachregister|namensregister",
        "bibliography": "literatur|literaturverzeichnis|bibliographie",
        "endnotes": "anmerkungen|endnoten|fußnoten|fussnoten",
        "toc": ("inhalt|inhaltsverzeichnis|inhaltsübersicht|inhalt des ersten bandes|inhalt des zweiten bandes"),
        "loi": (
            "abbildungen|abbildungsverzeichnis|verzeichnis der abbildungen|liste der abbildungen|bilderverzeichnis|"
            "illustrationen|tafeln|karten|kartenverzeichnis|verzeichnis der karten|verzeichnis der bilder|"
            "verzeichnis der tafeln"
        ),
        "lot": "tabellenverzeichnis|verzeichnis der tabellen",
        "transcriber-note": (
            "anmerkung zur transkription|anmerkungen zur transkription|anmerkung des transkribenten|"
            "anmerkungen des transkribenten|anmerkungen der transkribierenden|anmerkungen der korrekturleser|"
            "hinweise zur transkription|hinweis zur transkription|bemerkungen zur transkription|"
            "bemerkung zur transkription|zur transkription|transkriptionshinweise"
        ),
        "also-by": (
            "weitere bücher von …|weitere werke von …|weitere titel von …|weitere romane von …|bücher von …|"
            "werke von …|romane von …|andere bücher von …|außerdem von …|ebenfalls von …|"
            "von … sind bereits erschienen|von … ist bereits erschienen|von … sind außerdem erschienen|mehr von …|"
            "vom gleichen autor|vom selben autor|von der gleichen autorin|von derselben autorin|"
            "vom selben verfasser|weitere bücher des autors|weitere bücher der autorin|weitere werke des autors|"
            "weitere werke der autorin|weitere titel des autors|weitere titel der autorin|weitere bücher|"
            "weitere titel|bisher erschienen|ebenfalls erschienen|außerdem erschienen|bereits erschienen"
        ),
        "newsletter": (
            "newsletter|der newsletter|newsletter abonnieren|newsletter-anmeldung|zum newsletter anmelden|"
            "melden sie sich an|unser newsletter|bleiben sie in kontakt|bleiben wir in kontakt|in kontakt bleiben|"
            "… newsletter|… im internet|besuchen sie uns im internet|danke fürs lesen|vielen dank fürs lesen"
        ),
        "praise": (
            "pressestimmen|stimmen zum buch|leserstimmen|lob|lob für …|stimmen zu …|pressestimmen zu …|"
            "das sagen leser|das sagt die presse|rezensionen"
        ),
    },
    rights=(
        "alle rechte vorbehalten|sämtliche rechte vorbehalten|alle rechte, auch|alle rechte liegen|"
        "jede verwertung ist ohne|urheberrechtlich geschützt|vervielfältigung"
    ),
    imprint=(
        "deutsche nationalbibliothek|bibliografische information|1. auflage|2. auflage|erste auflage|"
        "originalausgabe|originaltitel|titel der originalausgabe|übersetzung:|gesetzt aus|wurde gesetzt|"
        "deutsche erstausgabe|erschienen im|erschien im|erschien unter dem titel|"
        "umschlaggestaltung|umschlagabbildung|umschlagfoto|coverdesign|covergestaltung|lektorat:|korrektorat:|"
        "satz:|satz und layout|druck:|druck und bindung|herausgegeben von|herausgeber:|verlag:|gedruckt in|"
        "printed in germany|printed in|aus dem englischen von|übersetzt von"
    ),
    note_words=tuple("fußnote fussnote anmerkung anm".split()),
    return_words=words("zurück"),
    shows=Shows(
        sounds=words(
            "unverständlich applaus beifall musik titelmusik stille geräusch durcheinander stimmengewirr "
            "klatschen werbung jingle pause"
        ),
        manners=words(
            "lacht lachen lachend lächelt kichert seufzt seufzend hustet räuspert weint schluchzt flüstert "
            "flüsternd ruft schreit stöhnt gähnt singt summt atmet leise laut schnauft"
        ),
        cues=words("musik geräusch ton atmo"),
        continued=words("weiter fortsetzung forts. fortgesetzt mehr"),
        asides=words(
            "hinweis hinweise achtung warnung vorsicht wichtig merke anmerkung bemerkung beispiel tipp regel "
            "schritt zusammenfassung fazit grund ergebnis lösung frage nachtrag korrektur zutaten zubereitung "
            "mehl zucker butter salz quelle datum ort zeit thema dauer kurz "
            "also"
        ),
        counting=words("erstens zweitens drittens zuletzt"),
        greetings=words("liebe lieber liebes geehrte geehrter sehr"),
        acts=words("akt aufzug auftritt szene prolog epilog"),
        stage=words("vorhang beiseite"),
        ands=words("und u."),
    ),
    people=People(
        says=words(
            "sagte fragte rief antwortete erwiderte flüsterte murmelte schrie entgegnete meinte versetzte stammelte "
            "seufzte brummte lachte wiederholte sprach bemerkte erklärte befahl keuchte knurrte jammerte unterbrach "
            "fügte stotterte schluchzte stöhnte"
        ),
        replies=words("antwortete erwiderte entgegnete versetzte"),
        lords=words("herr"),
        ladies=words("frau fräulein fraulein"),
        men=words("jürgen günther heinrich wolfgang"),
        women=words("gretel heidi brigitte ingrid ilse"),
        determiners=words("der die das ein eine mein meine sein seine ihr ihre unser unsere dieser diese jener jene"),
        indefinite=words("ein eine"),
        epithets=words("alte junge kleine arme gute liebe alter junger kleiner armer"),
        pronouns=Pronouns(male="er|ihn|ihm", female="sie", he="[Ee]r", she="[Ss]ie", i="[Ii]ch", capital_is_you=True),
    ),
    spoken=_SPOKEN,
    formulas=_FORMULAS,
)
