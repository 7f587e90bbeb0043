"""French."""

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
        named={5: ("cinquième", "cinquièmes"), 6: ("sixième", "sixièmes"), 8: ("huitième", "huitièmes")}, one="un",
        joint=" et ",
    ),
    powers=Powers(squared="au carré", cubed="au cube", power="puissance {}", minus="moins"),
    initials=words("ONU OTAN UE EDF CEE RATP USA"),
    language="fr", group="   .", decimal=",", point="virgule", minus="moins", to="à", hundredths="",
    percent=("pour cent", "pour cent"),
    months=tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
    money=money(EUR="euro/euros;centime/centimes", USD="dollar/dollars;cent/cents", GBP="livre/livres;penny/pence",
                 JPY="yen/yens;", CHF="franc/francs;centime/centimes", F="franc/francs;centime/centimes"),
    units=metric("kilomètre/kilomètres", "mètre/mètres", "centimètre/centimètres", "millimètre/millimètres",
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
           "apr. J.-C.": "après Jésus-Christ", "env.": "environ", "ca.": "circa", "cf.": "confer"},
    titles={"M.": "Monsieur", "MM.": "Messieurs", "Mme": "Madame", "Mmes": "Mesdames", "Mlle": "Mademoiselle",
            "Dr": "Docteur", "Pr": "Professeur", "Me": "Maître", "Mgr": "Monseigneur"},
    counters={"t.": "tome", "ch.": "chapitre",
              "n°": "numéro", "nº": "numéro", "N°": "Numéro", "p.": "page", "pp.": "pages", "chap.": "chapitre",
              "vol.": "volume", "fig.": "figure", "art.": "article", "tél.": "téléphone"},
    divisions=("chapitre", "tome", "livre", "partie", "acte", "scène", "volume"),
    rulers=words(
        "Louis Henri Charles François Philippe Napoléon Guillaume Jean Paul Pie Benoît Léon Clément Édouard George "
        "Georges Élisabeth Catherine Frédéric Ferdinand Léopold Albert Alexandre Nicolas Pierre Jacques Richard "
        "Baudouin Innocent Grégoire"
    ),
    form="masculine",
    agreement="french", inflection="french", genders="all", feminine=("ton", "livre"), of="de", elided="aeéiouh",
    before_years="en année anée an depuis été hiver et à", one_below_two=True, one_for_none=True,
    queens=words("Élisabeth Catherine"), ranked_rulers=1,
    addresses=addresses("arobase|point|slash|deux-points|tiret|tiret bas"),
)  # fmt: skip

_FORMULAS = formulas(
    "plus|moins|fois|divisé par|égale|différent de|inférieur à|supérieur à|inférieur ou égal à|"
    "supérieur ou égal à|environ|plus ou moins|appartient à|n’appartient pas à|inclus dans|union|"
    "inter|tend vers|implique|équivaut à|l’infini|somme|produit|intégrale|d|pour tout|il existe|"
    "proportionnel à|factorielle|degrés|parenthèse ouvrante|parenthèse fermante",
    "1/2 un demi|1/3 un tiers|2/3 deux tiers|1/4 un quart|3/4 trois quarts",
    limit="limite quand {b} de",
    over="{a} sur {b}", mixed="{a} et {b}", sub="{a} indice {b}", root="racine carrée de {a}",
    cube_root="racine cubique de {a}", nth_root="racine d’ordre {b} de {a}", limits="{a} de {b} à {c} de",
    beneath="{a} sur {b} de", absolute="valeur absolue de {a}", bar="{a} barre", hat="{a} chapeau",
    vector="vecteur {a}", prime="{a} prime", table="un tableau de {a} lignes et {b} colonnes",
)  # fmt: skip

LANGUAGE = Language(
    code="fr",
    quotation_marks=("« … »", "“…”"),
    name="French",
    called=words("Französisch français francés francese francês французский フランス語 프랑스어 法语 法語"),
    iso=("fra", "fre"),
    qwen3_tts="french",
    disclosure=Disclosure("Ce livre audio est lu par une voix de synthèse.", "Lu par une voix de synthèse."),
    passage=(
        "Un jeune chien brun dormait là ce soir quand la cloche sonna huit heures. « Qui va là ? » demanda l’oncle "
        "en riant ; puis le vent de la montagne chassa l’ombre, et la famille rejoignit le feu."
    ),
    dashes=True,
    sentences=Sentences(
        greetings=words("cher chère chers chères mon ma mes monsieur madame mademoiselle bonjour"),
        open_ends=words(
            "le la les un une des du de à au aux en dans sur par pour avec sans et ou mais que qui dont ce "
            "cet cette ces son sa ses mon ma mes notre leur leurs sous vers chez entre est était sont très si "
            "quand"
        ),
        titles=words(
            "mm mme mmes mlle mlles mgr dr pr prof ste cf c.-à-d p.ex ex env gén col cap lt intro av apr réf resp ltd "
            "éd trad st ca fr s.m s.e s.a.r th ph ch n.b p.-s"
        ),
        shortened=words(
            "etc cie sté vol chap dép janv févr avr juil sept oct nov déc av j.-c r.-v s.a s.n.c.f u.s.a ltd fig bd "
            "boul hab"
        ),
        numbered=words("n no n° nos art p pp t vol chap fig tél ch av r al § c v f pl liv sect"),
        starters=words(
            "à alors après aucun aujourd'hui au aussi avant avec beaucoup car ce cela celle celui cependant ces cet "
            "cette chaque comme comment dans de depuis des donc du elle elles elle en encore enfin et il ils je j'ai "
            "jamais la là le les leur leurs lorsque lui ma mais malgré me même mes moi mon ne ni non nos notre nous on "
            "où oui par parfois peut-être pour pourquoi pourtant puis quand que quel quelle quelques qui quoi sa sans "
            "se ses si son sur tandis tous tout toute toutes très tu un une vers voilà voici vos votre vous y"
        ),
    ),
    headings=Headings(
        chapters=words("chapitre"),
        divisions=words("chapitre partie livre acte"),
        plain=words("chapitre chap. partie livre tome acte"),
        titled=words("chapitre partie livre"),
        unnumbered=words("prologue épilogue préface introduction avant-propos postface conclusion intermède"),
        pages=words("p page"),
        number=(
            r"(?:le |la )?(?:premi(?:er|ère)|unième|deuxième|seconde?|troisième|quatrième|cinquième|sixième|septième|"
            r"huitième|neuvième|dixième|onzième|douzième|treizième|quatorzième|quinzième|seizième|"
            r"dix-(?:sept|huit|neuv)ième|(?:vingt|trent|quarant|cinquant)(?:e-\w{2,9})?ième|"
            r"(?:vingt|trente|quarante)[- ](?:et[- ])?\w{2,9}|derni(?:er|ère)|une?|deux|trois|quatre|cinq|six|sept|"
            r"huit|neuf|dix(?:-sept|-huit|-neuf)?|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|"
            r"cinquante)"
        ),
    ),
    typed=Typed(
        pictures=words("illustration image figure gravure carte planche"),
        notes=words("note"),
        title=words("titre"),
        author=words("auteur autrice auteure par"),
        waiting=words("et ou ni"),
        hyphened=(
            r"[\w'’-]+-(?:ils?|elles?|nous|vous|moi|toi|lui|je|mêmes?|t-\w+)|(?:celle|celui|celles|ceux|c['’]est-à)-\w+|"
            r"(?:au|par|là|ci|avant|après|sous|demi)-\w+|(?:est|peut|quelques|dix|vingt|trente|quarante|cinquante|soixante|quatre)-\w+"
        ),
    ),
    unread={
        "cover": "couverture",
        "titlepage": "page de titre",
        "halftitlepage": "faux-titre",
        "copyright-page": "mentions légales",
        "colophon": "achevé d’imprimer|achevé d'imprimer",
        "index": "index",
        "bibliography": "bibliographie",
        "endnotes": "notes|notes de bas de page|notes de fin",
        "toc": "sommaire|table des matières|table|table des chapitres|contenu",
        "loi": (
            "illustrations|table des illustrations|liste des illustrations|table des gravures|liste des gravures|"
            "gravures|liste des figures|table des figures|cartes|liste des cartes|planches|table des planches|"
            "liste des planches"
        ),
        "lot": "liste des tableaux|table des tableaux",
        "transcriber-note": (
            "note du transcripteur|notes du transcripteur|note des transcripteurs|notes des transcripteurs|"
            "note de transcription|notes de transcription|note sur la transcription|notes sur la transcription|"
            "note sur la version électronique|note de la version électronique|notes de la version électronique|"
            "au lecteur de cette version électronique|corrections du transcripteur|note du relecteur"
        ),
        "also-by": (
            "du même auteur|de la même auteure|de la même autrice|du même auteur chez le même éditeur|"
            "œuvres du même auteur|ouvrages du même auteur|autres ouvrages du même auteur|"
            "autres livres du même auteur|également du même auteur|livres de …|autres livres de …|"
            "autres ouvrages de …|autres titres de …|romans de …|œuvres de …|ouvrages de …|également de …|"
            "aussi de …|dans la même collection|dans la même série|déjà parus|déjà paru|à paraître"
        ),
        "newsletter": (
            "newsletter|lettre d'information|la lettre d'information|notre newsletter|inscrivez-vous|"
            "inscrivez-vous à … newsletter|abonnez-vous à … newsletter|inscription à la newsletter|"
            "restons en contact|restez en contact|rejoignez-nous|suivez-nous|merci d'avoir lu"
        ),
        "praise": (
            "la presse en parle|revue de presse|ce que la presse en dit|la critique|éloges|éloges pour …|"
            "ce qu'en disent les lecteurs|ils ont aimé|critiques de …"
        ),
    },
    rights=(
        "tous droits réservés|tous les droits réservés|tous droits de reproduction|tous droits de traduction|"
        "toute reproduction|droits de traduction et de reproduction|code de la propriété intellectuelle|"
        "propriété littéraire"
    ),
    imprint=(
        "dépôt légal|achevé d'imprimer|achevé d’imprimer|imprimé en|imprimé par|première édition|"
        "première publication|titre original|traduction :|dépôt légal :|achevé de numériser|édition originale|"
        "traduit de l|traduction de|publié par|"
        "publié pour la première fois|couverture :|illustration de couverture|conception graphique|"
        "maquette de couverture|mise en page|éditions|bibliothèque nationale|conversion numérique"
    ),
    note_words=tuple("note".split()),
    return_words=words("retour"),
    shows=Shows(
        sounds=words("inaudible incompréhensible applaudissements musique silence brouhaha jingle générique pause"),
        manners=words(
            "rit rires rire riant soupire soupir soupirant tousse toux pleure sanglote chuchote chuchotant crie "
            "murmure gémit bâille chante fredonne renifle sourit bas"
        ),
        cues=words("musique son bruit bruitage"),
        continued=words("suite suite."),
        asides=words(
            "note remarque attention avertissement important rappel rappelez-vous exemple conseil astuce règle "
            "étape résumé conclusion raison résultat solution correction ingrédients préparation farine sucre "
            "beurre sel source lieu heure sujet durée bref donc nota"
        ),
        counting=words("premièrement deuxièmement enfin"),
        greetings=words("cher chère chers chères"),
        acts=words("acte scène tableau prologue épilogue"),
        stage=words("rideau exit exeunt"),
        ands=words("et"),
    ),
    people=People(
        says=words(
            "dit disait répondit demanda cria s'écria écria reprit ajouta murmura répliqua chuchota hurla continua "
            "balbutia déclara soupira interrompit repartit observa lança protesta insista grogna gémit expliqua avoua "
            "poursuivit s'exclama exclama souffla hasarda bredouilla rétorqua bougonna"
        ),
        replies=words("répondit répliqua repartit rétorqua"),
        goes_on=words("reprit ajouta continua poursuivit"),
        lords=words("monsieur m"),
        ladies=words("mme mademoiselle mlle"),
        men=words("françois andré émile rené"),
        women=words("françoise geneviève hélène thérèse"),
        determiners=words("le la l’ l' un une mon ma son sa notre votre leur ce cet cette"),
        indefinite=words("un une"),
        epithets=words("vieux vieille jeune petit petite pauvre bon bonne brave gros grosse"),
        pronouns=Pronouns(male="il", female="elle", he="[Ii]l", she="[Ee]lle", i="[Jj]e", several="[Ii]ls|[Ee]lles"),
    ),
    incises=Incises(
        verbs=words(
            "dit disait dis disais fit faisait fis fait répondit répond répondis demanda demande demandait "
            "demandai cria crie criait exclama exclame écria écrie reprit reprend reprenait ajouta ajoute "
            "murmura murmure murmurait répliqua réplique chuchota chuchote hurla hurle continua continue "
            "balbutia balbutie déclara déclare soupira soupire interrompit repartit observa lança lance souffla "
            "souffle gronda grogna poursuivit poursuit conclut affirma assura expliqua explique remarqua "
            "insista protesta rétorqua questionna interrogea enquit étonna avoua admit acquiesça approuva "
            "annonça bredouilla bégaya gémit ricana railla rugit siffla coupa trancha supplia implora ordonna "
            "commanda proposa suggéra constata commenta précisa renchérit riposta objecta marmonna grommela "
            "maugréa bougonna plaisanta lâcha articula pensa pense songea"
        ),
        before="s[’']|m[’']|t[’']|lui|leur|me|nous|vous|se",
        subjects=r"(?:-t)?-(?:il|elle|ils|elles|je|nous)\b|-t-on\b|\s(?:l[’']|(?:le|la|les|un|une|mon|ma|mes|son|sa|leur|"
        r"notre|votre|ce|cet|cette)\s)\w+|\squelqu[’']un\b",
        goes_on=r"(?:tout )?en (?:[smt][’']|se |lui |l[’'])?\w+ant\b|d[’']une? (?:voix|ton|air|geste|petit)\b|"
        r"à (?:voix|mi-voix|son tour|part)\b|sur un ton\b|avec une? \w+|sans (?:se |s[’'])?\w+(?:er|re|ir)\b|"
        r"qui |tandis que ",
    ),
    spoken=_SPOKEN,
    formulas=_FORMULAS,
)
