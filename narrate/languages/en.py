"""English."""

from narrate.languages.language import Headings, Language, Sentences, words
from narrate.languages.spoken import English

_SPOKEN = English(
    form="",
    addresses={"@": "at", ".": "dot", "/": "slash", ":": "colon", "-": "dash", "_": "underscore", "&": "ampersand",
           "?": "question mark", "=": "equals", "#": "hash", "+": "plus", "%": "percent", "~": "tilde"},
)  # fmt: skip

LANGUAGE = Language(
    code="en",
    name="English",
    iso=("eng",),
    engines={"draft": "en", "qwen": "english"},
    passage=(
        "A jolly judge watched the fox chew through our fence. “Why should I care now?” she asked, laughing; "
        "but the air grew thick with thunder, and the boys ran home to measure the pool."
    ),
    sentences=Sentences(
        titles=words(
            "mr mrs ms messrs mme mlle dr prof rev hon st ste mt gen col maj capt cmdr lt sgt cpl adm gov pres sen rep "
            "supt insp det const atty pvt esq bro fr sr sra srta mgr msgr p.s rt wm geo thos chas jas jos robt ald viz "
            "vs cf e.g i.e approx nr"
        ),
        shortened=words(
            "jr sr co corp inc ltd bros etc al dept univ assn ave blvd rd ft chs jan feb apr aug sept oct nov dec b.a "
            "m.a ph.d m.d d.d a.d b.c u.s u.k u.n e.u d.c u.s.a inst ult prox hrs min oz lb lbs"
        ),
        numbered=words("no nos n° art mar vol vols ch chap sec fig figs p pp pt pts op bk act sc jun jul tel ext par"),
        starters=words(
            "a an and another any are as at but can come did do does even every few for from go had has have he her "
            "here his how i if in is it it's its let many may my never no nobody not nothing now of on once one our "
            "perhaps please shall she so some somebody such tell that that's the their then there there's these they "
            "this those though to two upon was we well were what when where which while who why will with would yes "
            "yet you your"
        ),
        capitals=words("i i'm i've i'll i'd"),
        tag_verbs=words(
            "said says asked asks cried cries replied answered exclaimed returned continued added whispered shouted "
            "called inquired enquired observed remarked repeated rejoined demanded muttered murmured began declared "
            "sighed screamed thought laughed growled snapped told"
        ),
        tag_pronouns=words("he she they it I we you"),
    ),
    headings=Headings(
        chapters=words("chapter canto letter stave"),
        numbered=words("chapter part book volume act canto letter stave"),
        plain=words("chapter part book volume act canto letter stave"),
        titled=words("chapter part book act"),
        unnumbered=words("prologue epilogue foreword preface introduction afterword interlude conclusion postscript"),
        number=(
            r"(?:the )?(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]?)?"
            r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,6}teen|"
            r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w{3,6}teenth|last)|"
            r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
        ),
    ),
    unread={
        "cover": "cover|front cover",
        "titlepage": "title page|titlepage|title",
        "halftitlepage": "half title|half title page|half-title|halftitle",
        "copyright-page": "copyright|copyright page|copyright notice|uncopyright",
        "imprint": "imprint",
        "colophon": "colophon",
        "toc": "contents|table of contents",
        "index": "index|general index|index of names",
        "bibliography": "bibliography|works cited|selected bibliography",
        "endnotes": "notes|endnotes|footnotes",
        "other-credits": "credits|picture credits|illustration credits|photo credits",
    },
    spoken=_SPOKEN,
)
