"""German."""

from narrate.languages.language import Language, Sentences, words

LANGUAGE = Language(
    code="de",
    name="German",
    iso=("deu", "ger"),
    engines={"qwen": "german"},
    passage=(
        "Am schönen Teich hinter unserem Haus saß ein junger Fuchs und zählte die Kähne. „Wer bist du?“, fragte ich "
        "freundlich; da sprang er quer über den Weg, und ein Pfiff klang durch die kühle Nacht."
    ),
    sentences=Sentences(
        titles=words(
            "hr hrn herrn fr frl dr prof med phil jur rer nat theol habil dipl ing st hl geb gen hptm lt oblt kath ev "
            "evang röm dt deutsch engl franz lat griech ital bes insb insbes ggf evtl vgl gez z.b u.a d.h i.d.r z.t "
            "z.zt bzw bspw ca bzgl inkl exkl zzgl lfd allg verh betr"
        ),
        shortened=words(
            "usw etc usf sog max mind mag str abs anm aufl bd bde ders dgl dies jh jhd jhdt mio mrd mill tsd std min "
            "sek tel u.s.w v.chr n.chr chr u.ä u.dgl o.ä b.a m.a co gmbh a.d zus verf übers hrsg hg jan feb apr aug "
            "sept sep okt nov dez"
        ),
        numbered=words("nr nrn art kap abb bd s seite abs ziff str tel hs fol jg h vers"),
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
)
