"""What Punkt is told of each language: abbreviations, and the words that open sentences.

One table a language, as plain lists, so that a reader can add to it. Words are lower-case and
without their last full stop. A language without a table gets the general rules alone.
"""

from dataclasses import dataclass

WESTERN_LIMIT = 400  # characters of the longest line that engines read comfortably
CJK_LIMIT = 120  # the same for languages of syllables: as long to say


@dataclass(frozen=True, slots=True)
class Table:
    """A language's words.

    `titles` come before a name and never end a sentence; `shortened` may end one, which the next
    word decides; `numbered` are abbreviations only before a number (`No. 5`, but `He said no.`).
    `starters` open sentences, so that a capital on them after an abbreviation is no name's.
    `ordinals` come before a number that is written with a full stop (German `am 12. Juni`), and
    `dates` after it.
    `capitals` are written so wherever they stand.
    `after_quote` are endings and particles that go on the sentence after a closing quote.
    """

    titles: frozenset[str] = frozenset()
    shortened: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    ordinals: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    after_quote: tuple[str, ...] = ()
    capitals: frozenset[str] = frozenset()
    limit: int = WESTERN_LIMIT


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EN = Table(
    titles=_words(
        "mr mrs ms messrs mme mlle dr prof rev hon st ste mt gen col maj capt cmdr lt sgt cpl adm gov pres sen rep "
        "supt insp det const atty pvt esq bro fr sr sra srta mgr msgr p.s rt wm geo thos chas jas jos robt ald viz vs "
        "cf e.g i.e approx nr"
    ),
    shortened=_words(
        "jr sr co corp inc ltd bros etc al dept univ assn ave blvd rd ft chs jan feb apr aug "
        "sept oct nov dec b.a m.a ph.d m.d d.d a.d b.c u.s u.k u.n e.u d.c u.s.a inst ult prox hrs min oz lb lbs"
    ),
    numbered=_words("no nos n° art mar vol vols ch chap sec fig figs p pp pt pts op bk act sc jun jul tel ext par"),
    starters=_words(
        "a an and another any are as at but can come did do does even every few for from go had has have he her here "
        "his how i if in is it it's its let many may my never no nobody not nothing now of on once one our perhaps "
        "please shall she so some somebody such tell that that's the their then there there's these they this those "
        "though to two upon was we well were what when where which while who why will with would yes yet you your"
    ),
    capitals=_words("i i'm i've i'll i'd"),
)
_DE = Table(
    titles=_words(
        "hr hrn herrn fr frl dr prof med phil jur rer nat theol habil dipl ing st hl geb gen hptm lt oblt "
        "kath ev evang röm dt deutsch engl franz lat griech ital bes insb insbes ggf evtl vgl gez z.b u.a d.h "
        "i.d.r z.t z.zt bzw bspw ca bzgl inkl exkl zzgl lfd allg verh betr"
    ),
    shortened=_words(
        "usw etc usf sog max mind mag str abs anm aufl bd bde ders dgl dies jh jhd jhdt mio mrd mill tsd std min sek "
        "tel u.s.w v.chr "
        "n.chr chr u.ä u.dgl o.ä b.a m.a co gmbh a.d zus verf übers hrsg hg jan feb apr aug sept sep okt nov dez"
    ),
    numbered=_words("nr nrn art kap abb bd s seite abs ziff str tel hs fol jg h vers"),
    starters=_words(
        "aber als also alle alles am an auch auf aus bei bis da damals dann das dass dein dem den denn der des "
        "deshalb die dies diese dieser dieses doch dort du ein eine einem einen einer eines er es etwas für hat hatte "
        "hier ich ihm ihn ihr ihre im in ist ja jede jeder jedes jemand jetzt kann kein keine keiner man manche mein "
        "meine mit nach nein nicht nichts niemand noch nun nur ob oder sehr sein seine sie sind so trotzdem um und "
        "uns unser von vor wann war waren warum was weil welche welcher wem wen wenn wer wie wir wird wo wollte zu "
        "zudem"
    ),
    ordinals=_words("am vom zum beim im dem den der des das die ein einen einem einer jeden jeder ab bis seit und zur"),
    dates=_words(
        "januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert "
        "jahrhunderts jahrtausend kapitel stock klasse auflage"
    ),
)
_FR = Table(
    titles=_words(
        "mm mme mmes mlle mlles mgr dr pr prof ste cf c.-à-d p.ex ex env gén col cap lt intro av apr réf resp "
        "ltd éd trad"
    ),
    shortened=_words(
        "etc cie sté vol chap dép janv févr avr juil sept oct nov déc av j.-c r.-v s.a s.n.c.f u.s.a ltd fig bd boul "
        "hab"
    ),
    numbered=_words("n no n° nos art p pp t vol chap fig tél ch av r al §"),
    starters=_words(
        "à alors après aucun aujourd'hui au aussi avant avec beaucoup car ce cela celle celui cependant ces cet cette "
        "chaque comme comment dans de depuis des donc du elle elles elle en encore enfin et il ils je j'ai jamais la "
        "là le les leur leurs lorsque lui ma mais malgré me même mes moi mon ne ni non nos notre nous on où oui par "
        "parfois peut-être pour pourquoi pourtant puis quand que quel quelle quelques qui quoi sa sans se ses si son "
        "sur tandis tous tout toute toutes très tu un une vers voilà voici vos votre vous y"
    ),
)
_ES = Table(
    titles=_words(
        "sr sres sra sras srta srtas dª dña dr dra dres prof profa lic ing arq abog gral cap cnel tte sgto mons "
        "fr pbro st sto sta excmo excma ilmo ilma rvdo rvda ud uds vd vds admón p.ej ej cf vid aprox mt ntra ssma "
        "av avda cra lun mié jue vie sáb dom ene feb abr may jun jul ago sep sept set oct nov dic"
    ),
    shortened=_words(
        "etc ee uu ee.uu ss aa a.c d.c j.c cía ltda s.a s.l km hs hrs min seg depto dpto izq dcha edo máx mín u.s.a "
        "prov pdte vol ed b.a c.a"
    ),
    numbered=_words(
        "n nº n° no núm núms art arts párr párrs párrf pág págs p pp cap caps fig figs tel tels ext vol mar t ap inc "
        "sec tít"
    ),
    starters=_words(
        "a ahora al algo algunos allí ante antes apenas aquel aquella aquello aquí así aún aunque cada casi como con "
        "cual cuando cuanto de del desde después dónde donde durante él el ella ellas ellos en entonces entre era es "
        "esa ese eso esta está estaba este esto fue ha había hacia hasta hay hoy la las le les lo los luego más me "
        "mi mientras mis mucho muy nada nadie ni no nos nosotros nuestra nuestro nunca o otra otro para pero poco por "
        "porque pues que quién quien se si sí sin sobre su sus tal también tampoco tan todo todos tras tu tú un una "
        "unos usted y ya yo"
    ),
)
_IT = Table(
    titles=_words(
        "sig sigg sig.ra sig.na sig.re dott dott.ssa dr dr.ssa prof prof.ssa avv ing arch geom rag on "
        "sen cav comm gen col cap magg ten serg mons rev ss ill egr gent spett preg es pag dir amm "
        "st psicol econ az rif mar mer gio ven sab dom lun"
    ),
    shortened=_words(
        "ecc etc a.c d.c s.p.a spa s.r.l srl u.s.a cfr vol ed cit app idraul meteor gg sec min max tot fig fam "
        "gen feb mar apr mag giu lug ago set sett ott nov dic f.lli p.es"
    ),
    numbered=_words("n nn nr n° art artt p pp pag pagg cap capp fig figg tel vol tav c ca sez int"),
    starters=_words(
        "a ad adesso al alla allora anche ancora appena avere aveva c'è c'era che chi ci ciò come con così cosa da "
        "dal dalla davanti del della di dopo dove dunque durante e è ed egli ella era erano essa essi esso fino forse "
        "fu già gli ha ho i il in infatti invece io la là le lei li lo loro lui ma mai me mentre mi mia mio molti "
        "molto ne nel nella nessuno niente no noi non nostra nostro nulla o ogni ora perché però più poi prima proprio "
        "qualche quale quando quanto quasi quel quella quelle quelli quello questa queste questi questo qui se sebbene "
        "sei senza si sì sia siamo sono sopra sotto stava su sua sulla suo tra tu tutta tutti tutto un una uno voi"
    ),
)
_PT = Table(
    titles=_words(
        "sr sra sres srs sras srta dr dra drs prof profa eng arq gen cel cap ten sgt pe fr dª sto sta st "
        "exmo exma ilmo ilma v.ex.ª v.exa p.ex ex av r pça mons rev"
    ),
    shortened=_words(
        "etc cia ltda s.a a.c d.c e.u.a eua jan fev abr mai jun jul ago set out nov dez vol ed séc tel km min seg "
        "depto máx mín obs aprox"
    ),
    numbered=_words("n nº n° no núm art arts p pp pág págs cap caps fig figs tel vol mar t séc"),
    starters=_words(
        "a agora ainda ali antes ao aos apenas aquela aquele aqui as assim até cada com como da das de depois desde "
        "disse do dos e é ela elas ele eles em enquanto então entre era eram essa esse esta está estava este eu foi "
        "há havia hoje isso isto já jamais lá logo mais mas me meu minha muito na nada não nas nem nenhum ninguém no "
        "nos nós nossa nosso nunca o onde os ou outra outro para pela pelo pois por porém porque quando quanto que "
        "quem se sem sempre ser seu sim só sob sobre sua suas talvez também tão tinha todo todos tu tudo um uma você"
    ),
)
_RU = Table(
    titles=_words(
        "г-н г-жа г-на г-ну гр гр-н гр-ка тов т.е т.н т.к проф акад доц инж ген полк кап св ул пл пр-т просп пер "
        "наб бул кв корп стр обл р-н пос пгт дер гор см ср напр и.о"
    ),
    shortened=_words(
        "гг вв др им пр т.д т.п т.о проч н.э р руб коп тыс млн млрд долл дол км куб кг экз изд "
        "у.е кв.м куб.м а.е чел шт лат англ нем фр рус"
    ),
    numbered=_words("№ стр с гл рис табл ст п пп т тт тел кв д ул §"),
    starters=_words(
        "а без более большой был была были было бы в вам вас ваш весь во вот всё все вы где да даже для до его ее её "
        "ей если есть еще ещё же за здесь и из или им их к как какой когда который кто куда лишь мне много может мой "
        "мы на надо нам нас наш не него нет ни никто но ну о об однако он она они оно от очень по под пока после "
        "потом потому при про с сам свой себя сейчас со так такой там твой тебе то тогда только тот три тут ты у уж "
        "уже хотя чего чем через что чтобы эта эти это этот я"
    ),
)
_KO = Table(
    titles=_words("dr mr mrs ms prof"),
    after_quote=("라고", "라며", "라는", "라던", "라면서", "이라고", "이라며", "이라는", "하고", "하며", "고 ", "며 "),
    limit=CJK_LIMIT,
)
_JA = Table(after_quote=("と", "って", "という", "とか", "の", "を", "が", "は", "に", "も", "など"), limit=CJK_LIMIT)
_ZH = Table(limit=CJK_LIMIT)

_TABLES = {
    "en": _EN,
    "de": _DE,
    "fr": _FR,
    "es": _ES,
    "it": _IT,
    "pt": _PT,
    "ru": _RU,
    "ko": _KO,
    "ja": _JA,
    "zh": _ZH,
}
LANGUAGES = tuple(_TABLES)


def table_of(language: str) -> Table:
    """The table of a BCP 47 tag's language (`en-GB` has English's); an empty one where there is none."""
    return _TABLES.get(language.replace("_", "-").split("-")[0].casefold(), Table())
