"""Italian."""

from narrate.languages.language import Language, Sentences, words

LANGUAGE = Language(
    code="it",
    name="Italian",
    iso=("ita",),
    engines={"qwen": "italian"},
    passage=(
        "La figlia del mugnaio chiuse piano il cancello e ascoltò la pioggia sugli scogli. «Chi c’è laggiù?» chiese "
        "la zia ridendo; poi un vecchio cane attraversò la piazza, e ogni luce si accese."
    ),
    dashes=True,
    sentences=Sentences(
        titles=words(
            "sig sigg sig.ra sig.na sig.re dott dott.ssa dr dr.ssa prof prof.ssa avv ing arch geom rag on sen cav comm "
            "gen col cap magg ten serg mons rev ss ill egr gent spett preg es pag dir amm st psicol econ az rif mar "
            "mer gio ven sab dom lun"
        ),
        shortened=words(
            "ecc etc a.c d.c s.p.a spa s.r.l srl u.s.a cfr vol ed cit app idraul meteor gg sec min max tot fig fam gen "
            "feb mar apr mag giu lug ago set sett ott nov dic f.lli p.es"
        ),
        numbered=words("n nn nr n° art artt p pp pag pagg cap capp fig figg tel vol tav c ca sez int"),
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
)
