"""English."""

from narrate.languages.english_shows import SHOWS
from narrate.languages.language import Headings, Language, People, Pronouns, Sentences, Typed, words
from narrate.languages.spoken import English

SPOKEN = English(
    initials=words(
        "AAA ACLU ADHD AI API ATM CEO CFO CTO CIO DIY EEG EKG ECG EPA FAA FDA GDP GPA GI GOP IBM INS IOU IPO IRS ISBN "
        "IUD IVF KGB LAPD MIT NAACP NBA NCAA NCO NHS NSA NYU OBE OCD OECD OED OPEC PTA SOS SUV UAE UCLA UFO UHF UPS "
        "URL USB VAT WHO WWI WWII YMCA YWCA"
    ),
    words_or_initials=words("US IT WHO AM PM PA MA LA"),
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    short_months={"jan": 0, "feb": 1, "mar": 2, "apr": 3, "jun": 5, "jul": 6, "aug": 7, "sept": 8, "sep": 8, "oct": 9,
                  "nov": 10, "dec": 11},
    weekdays={"Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
              "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday"},
    currencies={
        "$": ("dollar", "dollars", "cent", "cents"), "£": ("pound", "pounds", "penny", "pence"),
        "€": ("euro", "euros", "cent", "cents"), "¥": ("yen", "yen", "", ""), "₩": ("won", "won", "", ""),
        "₹": ("rupee", "rupees", "paisa", "paise"), "₽": ("rouble", "roubles", "kopeck", "kopecks"),
    },
    countries={"US": "US", "U.S.": "US", "A": "Australian", "AU": "Australian", "C": "Canadian", "CA": "Canadian",
               "HK": "Hong Kong", "NZ": "New Zealand", "S": "Singapore"},
    codes={"USD": "$", "GBP": "£", "EUR": "€", "JPY": "¥", "KRW": "₩", "INR": "₹", "RUB": "₽"},
    per={"mo": "month", "month": "month", "yr": "year", "year": "year", "wk": "week", "week": "week", "day": "day",
         "hr": "hour", "hour": "hour", "h": "hour", "min": "minute", "sec": "second", "s": "second", "lb": "pound",
         "kg": "kilogram", "oz": "ounce", "night": "night", "person": "person", "head": "head", "ton": "ton",
         "gal": "gallon", "mi": "mile", "km": "kilometer", "l": "liter", "m": "meter", "m²": "square meter",
         "m³": "cubic meter", "cm³": "cubic centimeter"},
    units={
        "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "mg": ("milligram", "milligrams"),
        "km": ("kilometer", "kilometers"), "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"),
        "mm": ("millimeter", "millimeters"), "nm": ("nanometer", "nanometers"), "mi": ("mile", "miles"),
        "ft": ("foot", "feet"), "in": ("inch", "inches"), "yd": ("yard", "yards"), "yds": ("yard", "yards"),
        "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"), "cwt": ("hundredweight",) * 2,
        "mph": ("mile per hour", "miles per hour"), "kph": ("kilometer per hour", "kilometers per hour"),
        "km/h": ("kilometer per hour", "kilometers per hour"), "m/s": ("meter per second", "meters per second"),
        "l": ("liter", "liters"), "L": ("liter", "liters"), "ml": ("milliliter", "milliliters"),
        "mL": ("milliliter", "milliliters"), "cl": ("centiliter", "centiliters"), "cc": ("CC", "CC"),
        "gal": ("gallon", "gallons"), "pt": ("pint", "pints"), "qt": ("quart", "quarts"), "ha": ("hectare", "hectares"),
        "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"),
        "GHz": ("gigahertz", "gigahertz"), "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"),
        "MW": ("megawatt", "megawatts"), "kWh": ("kilowatt hour", "kilowatt hours"), "V": ("volt", "volts"),
        "kV": ("kilovolt", "kilovolts"), "mA": ("milliampere", "milliamperes"), "hp": ("horsepower", "horsepower"),
        "rpm": ("RPM", "RPM"), "psi": ("PSI", "PSI"), "dB": ("decibel", "decibels"),
        "kcal": ("kilocalorie", "kilocalories"), "kbps": ("kilobit per second", "kilobits per second"),
        "KB": ("kilobyte", "kilobytes"), "kB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"),
        "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"),
        "mbps": ("megabit per second", "megabits per second"), "Mbps": ("megabit per second", "megabits per second"),
        "Gbps": ("gigabit per second", "gigabits per second"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"),
        "min": ("minute", "minutes"), "mins": ("minute", "minutes"), "sec": ("second", "seconds"),
        "secs": ("second", "seconds"), "ms": ("millisecond", "milliseconds"), "mos": ("month", "months"),
        "yr": ("year", "years"), "yrs": ("year", "years"), "°C": ("degree Celsius", "degrees Celsius"),
        "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "°": ("degree", "degrees"), "º": ("degree", "degrees"),
        "%": ("percent", "percent"), "‰": ("per mille", "per mille"), "′": ("foot", "feet"), "″": ("inch", "inches"),
    },
    magnitudes={
        "k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion", "tn": "trillion",
        "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion",
    },
    titles={
        "Dr": "Doctor", "Prof": "Professor", "Rev": "Reverend", "Hon": "Honorable", "Gen": "General", "Col": "Colonel",
        "Maj": "Major", "Capt": "Captain", "Cmdr": "Commander", "Lt": "Lieutenant", "Lieut": "Lieutenant",
        "Sgt": "Sergeant", "Sergt": "Sergeant", "Cpl": "Corporal", "Pvt": "Private", "Adm": "Admiral",
        "Gov": "Governor",
        "Sen": "Senator", "Rep": "Representative", "Pres": "President", "Supt": "Superintendent", "Insp": "Inspector",
        "Messrs": "Messieurs", "Mme": "Madame", "Mlle": "Mademoiselle", "Mgr": "Monsignor", "Msgr": "Monsignor",
        "Fr": "Father", "Bro": "Brother", "Sr": "Sister", "Mt": "Mount", "Ft": "Fort", "Ste": "Sainte",
        "Atty": "Attorney",
    },
    after_name={
        "Jr": "Junior", "Sr": "Senior", "Esq": "Esquire", "Bros": "Brothers", "Co": "Company", "Ltd": "Limited",
        "Inc": "Incorporated", "Corp": "Corporation", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road",
        "Sq": "Square",
        "Ln": "Lane", "Hwy": "Highway", "Pkwy": "Parkway", "Expy": "Expressway", "Univ": "University",
        "Dept": "Department",
    },
    counters={
        "no": ("number", "numbers"), "nos": ("numbers",) * 2, "vol": ("volume",) * 2, "vols": ("volumes",) * 2,
        "ch": ("chapter",) * 2, "chap": ("chapter",) * 2, "chaps": ("chapters",) * 2, "p": ("page",) * 2,
        "pp": ("pages",) * 2, "fig": ("figure",) * 2, "figs": ("figures",) * 2, "sec": ("section",) * 2,
        "art": ("article",) * 2, "pt": ("part",) * 2, "bk": ("book",) * 2, "ed": ("edition",) * 2,
        "ver": ("version",) * 2,
        "c": ("circa",) * 2, "ca": ("circa",) * 2, "approx": ("approximately",) * 2, "nr": ("number",) * 2,
    },
    roman_counters=("vol", "vols", "ch", "chap", "chaps", "p", "pp", "fig", "figs", "sec", "art", "pt", "bk"),
    one_counters=("vol", "vols", "chap", "chaps", "bk"),
    words={
        "etc.": "et cetera", "&c.": "et cetera", "e.g.": "for example", "i.e.": "that is", "viz.": "namely",
        "cf.": "compare", "vs.": "versus", "et al.": "et alii", "approx.": "approximately", "ibid.": "ibidem",
        "esp.": "especially", "incl.": "including", "w/o": "without",
    },
    after_rank={"inst": "instant", "ult": "ultimo", "prox": "proximo"},
    streets={
        "St": "Street", "Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard", "Expy": "Expressway", "Dr": "Drive",
        "Ln": "Lane", "Ct": "Court", "Pl": "Place", "Sq": "Square", "Pkwy": "Parkway", "Hwy": "Highway",
        "Ter": "Terrace",
    },
    whole_streets=(
        "Street|Avenue|Road|Boulevard|Expressway|Drive|Lane|Court|Place|Square|Parkway|Highway|Terrace|Crescent|"
        "Gardens|"
        "Row|Hill|Way|Mews|Park"
    ),
    points={"N": "North", "S": "South", "E": "East", "W": "West", "NE": "Northeast", "NW": "Northwest",
            "SE": "Southeast", "SW": "Southwest"},
    states={
        "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
        "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho",
        "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
        "ME": "Maine",
        "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
        "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
        "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio",
        "OK": "Oklahoma",
        "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
        "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
        "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "DC": "D C",
    },
    states_or_words=words("OK IN OR ME HI OH ID MA PA LA DE MS MD AL CO"),
    openers=words(
        "A After All An And As At Before But By For From He Her His How I If In It Its My No Not Now On Or "
        "Our She So That The Their Then There These They This To We What When Where Who Why With You Your"
    ),
    divisions="chapter|chapters|book|books|act|canto|stave|volume|vol\\.|tome|psalm|sonnet|epistle|chap\\.",
    lettered=(
        "part|parts|section|scene|appendix|plate|figure|table|type|class|phase|stage|article|letter|no\\.|lesson|note"
    ),
    rulers=words(
        "Alexander Alfonso Alfred Amenhotep Anne Arthur Augustus Baldwin Benedict Boniface Carlos Caroline "
        "Catherine Charles Christian Clement Constantine Cyrus Darius David Edgar Edmund Edward Elizabeth "
        "Eric Eugene Ferdinand Francis Franz Frederick Friedrich George Gregory Gustav Gustavus Haakon Harald "
        "Harold Henri Henry Innocent Isabella Ivan James Joseph Juan Julius Karl Leo Leopold Louis Margaret "
        "Maria Mary Maximilian Michael Napoleon Nicholas Olaf Oscar Otto Paul Pedro Peter Philip Philippe "
        "Pius Ptolemy Ramses Ramesses Richard Robert Rudolf Rupert Sigismund Sixtus Stephen Theodore "
        "Theodosius Thutmose Umberto Urban Victor Victoria Vittorio Wilhelm William Xerxes"
    ),
    offices="King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Prince|Sultan|Pharaoh|Duke|Shah",
    signs={
        "&": "and", "%": "percent", "@": "at", "=": "equals", "§": "section", "#": "number", "©": "copyright",
        "±": "plus or minus", "≈": "about", "~": "about", "→": "to", "°": "degrees", "¢": "cents", "$": "dollar",
        "£": "pound", "€": "euro", "+": "plus", "×": "times", "≠": "is not", "№": "number",
    },
    addresses={"@": "at", ".": "dot", "/": "slash", ":": "colon", "-": "dash", "_": "underscore", "&": "ampersand",
               "?": "question mark", "=": "equals", "#": "hash", "+": "plus", "%": "percent", "~": "tilde"},
)  # fmt: skip

LANGUAGE = Language(
    code="en",
    name="English",
    called=words("Englisch anglais inglés inglese inglês английский 英語 영어 英语 英文"),
    iso=("eng",),
    qwen3_tts="english",
    passage=(
        "A jolly judge watched the fox chew through our fence. “Why should I care now?” she asked, laughing; "
        "but the air grew thick with thunder, and the boys ran home to measure the pool."
    ),
    sentences=Sentences(
        open_ends=words(
            "a an the of to in on at by for with from and or but as than that which who whose his her its my "
            "your our their into upon near under over between through this these mr. mrs. dr. st. is was are "
            "were be been has had have very if when while because"
        ),
        titles=words(
            "mr mrs ms messrs mme mlle dr prof rev hon st ste mt gen col maj capt cmdr lt sgt cpl adm gov pres sen rep "
            "supt insp det const atty pvt esq bro fr sr sra srta mgr msgr p.s rt wm geo thos chas jas jos robt ald viz "
            "vs cf e.g i.e approx nr ca lieut serg sergt brig cdr comdr eds ald fl pt visc bp abp"
        ),
        places=words("st"),
        shortened=words(
            "jr sr co corp inc ltd bros etc al dept univ assn ave blvd rd ft chs jan feb apr aug sept oct nov dec b.a "
            "m.a ph.d m.d d.d a.d b.c u.s u.k u.n e.u d.c u.s.a inst ult prox hrs min oz lb lbs"
        ),
        numbered=words(
            "no nos n° art arts mar vol vols ch chap chaps sec secs fig figs p pp pt pts op opp bk bks act sc jun jul "
            "tel ext par c b d r v vv l ll ed pl pls app sect cl exod lev num deut josh judg kgs chron neh esth ps "
            "pss prov eccles isa jer lam ezek hos mic hab zeph hag zech mal matt mk lk jn rom cor gal eph phil col "
            "thess heb jas pet"
        ),
        starters=words(
            "a an and another any are as at but can come did do does even every few for from go had has have he her "
            "here his how i if in is it it's its let many may my never no nobody not nothing now of on once one our "
            "perhaps please shall she so some somebody such tell that that's the their then there there's these they "
            "this those though to two upon was we well were what when where which while who why will with would yes "
            "yet you your"
        ),
        capitals=words("i i'm i've i'll i'd"),
        times=words("a.m p.m"),
        after_times=(
            r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\.)"
            r"(?!\s(?:was|is|had|has|came|went|would|will|found|brought|began|dawned|passed))(?!\w)"
            r"|(?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]*\.?\s\d|[ECMP][SD]T\b|GMT\b|UTC\b|BST\b"
            r"|(?:Eastern|Central|Mountain|Pacific|Greenwich)\s(?:\w+\s)?[Tt]ime\b"
        ),
        forewords=words("at by on in from about around before after since until till towards toward every near"),
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
        plain=words("chapter chap. part book volume act canto letter stave"),
        titled=words("chapter chap. part book act"),
        unnumbered=words("prologue epilogue foreword preface introduction afterword interlude conclusion postscript"),
        pages=words("p pg page"),
        number=(
            r"(?:the )?(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]?)?"
            r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,6}teen|"
            r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w{3,6}teenth|last)|"
            r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
        ),
    ),
    typed=Typed(
        pictures=words("illustration illustrations image picture plate map music decoration frontispiece photograph"),
        footnotes=words("footnote"),
        notes=words("note"),
        transcribers="transcriber['’]?s['’]? (?:end)?notes?|transcription notes?|notes? (?:by|of|from) the transcriber",
        title=words("title"),
        author=words("author by"),
        waiting=words("and or to nor but"),
        hyphened=(
            r"(?:well|half|pseudo|great-grand|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-\w+|"
            r"self-(?!ish|less|same|hood)\w+|ill-(?!ness)\w+|to-(?:day|night|morrow)|\w+-in-law|in-law"
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
        "endnotes": "notes|endnotes|footnotes|end notes|foot notes|chapter notes",
        "other-credits": "credits|picture credits|illustration credits|photo credits",
    },
    note_words=tuple("footnote note endnote".split()),
    shows=SHOWS,
    people=People(
        says=words(
            "said says say saith quoth asked asks replied replies answered answers cried cries exclaimed exclaims "
            "whispered whispers shouted shouts muttered murmured inquired enquired responded retorted rejoined "
            "remarked observed declared ejaculated demanded interposed stammered faltered drawled screamed shrieked "
            "yelled bawled roared bellowed growled snarled hissed gasped groaned moaned sobbed vociferated queried "
            "quavered mumbled grumbled protested assented explained announced added repeated interrupted suggested "
            "commented stated volunteered expostulated soliloquized soliloquised thundered panted croaked stuttered "
            "blurted sneered chuckled piped chimed crooned wailed pleaded begged implored urged pronounced proclaimed "
            "assured informed countered snapped barked squeaked squealed purred lisped echoed mused reflected proposed "
            "admitted confessed conceded objected concluded apologized apologised corrected complained coaxed pursued "
            "persisted ventured hazarded rapped sputtered spluttered wheezed reiterated reasoned reminded scolded "
            "chided teased taunted jeered counselled advised ordered commanded directed hailed greeted prayed vowed "
            "swore avowed affirmed asserted averred insisted maintained lamented grunted cackled giggled babbled "
            "chattered instructed prompted rebuked reproved remonstrated summoned telephoned toasted wondered sighed "
            "breathed"
        ),
        may_say=words(
            "returned continued went began thought laughed called told spoke smiled sang read agreed resumed broke put "
            "sniffed nodded burst finished gave proceeded ended started pointed offered promised threatened warned "
            "confided recited hesitated snorted yawned shrugged frowned grinned ran came boomed chirped chorused "
            "exulted fumed marvelled raged"
        ),
        lords=words(
            "mr mister messrs sir lord master king prince duke count baron earl marquis viscount squire father uncle "
            "brother friar abbé emperor tsar sultan sheikh monsignor esquire"
        ),
        ladies=words(
            "mrs miss ms lady madame madam queen princess duchess countess baroness marchioness viscountess aunt "
            "mother sister dame nurse mistress empress tsarina goody widow granny"
        ),
        ranks=words(
            "dr doctor prof professor rev reverend captain capt colonel col major general gen sergeant serjeant sgt "
            "corporal lieutenant lieut admiral commander commodore inspector constable detective superintendent judge "
            "justice senator governor president deacon bishop archbishop cardinal pope saint cousin chief sheriff "
            "secretary mayor marshal comrade private parson vicar elder"
        ),
        mostly_men=words(
            "captain capt colonel col major general gen sergeant serjeant sgt corporal lieutenant lieut admiral "
            "commander commodore inspector constable rev reverend judge senator governor deacon bishop archbishop "
            "cardinal pope sheriff parson vicar mayor marshal dr doctor professor prof"
        ),
        men=words(
            "aaron abel abner abraham abram adam adrian al alan albert alec aleck alex alexander alexis alfred "
            "algernon allan allen ambrose amos andrew andy angus anthony archibald archie arnold arthur august "
            "augustus barnabas barney bartholomew basil ben benedict benjamin bernard bert bertie bill billy bob bobby "
            "boris brian bruce caleb calvin cal cecil cedric charles charley charlie chester christian christopher "
            "clarence claude clement clive colin conrad cornelius curtis cuthbert cyril cyrus dan daniel david davy "
            "denis dennis dick digby dmitri don donald douglas duncan ebenezer ed eddie edgar edmund edward edwin "
            "elias elijah elliott eric ernest eugene eustace ezra felix ferdinand fitzwilliam fleance francis frank "
            "franklin franz fred freddie frederick fritz gabriel geoffrey george gerald gerard gilbert giles gideon "
            "godfrey gordon graham gregory guy halsey hamish hans harold harry harvey hector henry herbert herman "
            "hiram horace horatio howard hubert hugh hugo humphrey ian ichabod ignatius igor ira isaac isaiah ishmael "
            "israel ivan jack jacob jacques jake james jan jasper jean jeff jefferson jeffrey jem jeremiah jeremy "
            "jerome jerry jesse jim jimmy joe joel john johnny jonah jonas jonathan joseph joshua jude jules julian "
            "julius karl keith kenneth kit kurt lambert lancelot larry laurence lawrence lemuel leo leon leonard "
            "leopold leslie lester lewis lionel lloyd louis lucas lucius ludwig luke luther malcolm marcus mark "
            "marmaduke martin matthew maurice max maximilian michael micah miguel mike miles montague mortimer moses "
            "nathan nathaniel ned neil nelson neville newland nicholas nick nigel noah noel norman oliver oscar osmond "
            "oswald otto owen patrick paul pedro percival percy perry peter phil philip phineas pierre quentin ralph "
            "randolph raymond reginald reuben rex richard robert robin rodney roger roland rolf ronald rory roy rudolf "
            "rufus rupert sam sammy samson samuel saul sebastian septimus seth sherlock sidney silas simeon simon "
            "solomon stanley stephen steve steven stewart stuart swithin sydney ted teddy terence terry theodore "
            "thomas tim timothy titus tobias toby tom tommy tony ulysses uriah valentine vernon victor vincent virgil "
            "wallace walter ward warren watson wilbur wilfred wilhelm will willy william willie winston zachary zeke "
            "sergei nikolai pavel mikhail fyodor jock"
        ),
        women=words(
            "abigail ada adela adelaide adele agatha agnes aileen alexandra alice alicia alison alma amanda amelia amy "
            "anastasia andrea angela angelica ann anna annabel anne annette annie antonia antoinette arabella augusta "
            "aurora barbara beatrice becky belinda bell bella berenice bertha bess bessie beth betsy betty blanche "
            "bridget brunhilda camilla candida carol caroline carrie catharine catherine cathy cecilia cecily celia "
            "charlotte chloe christabel christina christine clara clarissa claudia clementina clementine constance "
            "cora cordelia cornelia cynthia daisy daphne deborah delia della diana dinah dolly dora doris dorothea "
            "dorothy edith edna effie eileen elaine eleanor elena elfrida eliza elizabeth ella ellen elsa elsie emily "
            "emma erica ernestine esmeralda estella esther ethel eugenia eunice eva evangeline eve eveline evelyn "
            "fanny felicia felicity fiona flora florence frances francesca freda georgiana georgina geraldine gertrude "
            "gladys grace greta gretchen gwendolen gwendolyn hannah harriet hattie hazel heather hebe helen helena "
            "henrietta hermione hester hetty hilda honor honoria hope ida imogen ines irene iris isabel isabella "
            "isobel ivy jane janet jean jemima jennie jenny jessica jessie jill joan joanna josephine joyce judith "
            "judy julia juliana juliet kate katharine katherine kathleen katie katy kitty laura laurel lavinia leah "
            "leila lena leonora letitia lilian lillian lily linda lisa liza lizzie lizzy lois lola lottie louisa "
            "louise lucia lucinda lucretia lucy lydia mabel madeleine madge magdalen maggie maisie margaret margery "
            "marguerite maria marian marianne marie marion marjorie martha mary matilda maud maude may melissa mercy "
            "meg millicent millie mina minna minnie miranda miriam moll molly mona muriel myra myrtle nan nancy naomi "
            "nell nellie nelly nora ophelia pamela pansy patience patty paula pauline pearl peggy penelope phoebe "
            "phyllis polly portia priscilla prudence rachel rebecca rhoda rita roberta rosa rosalie rosalind rosamond "
            "rose roxana ruby ruth sabina sally samantha sara sarah selina serena sheila sibyl sophia sophie stella "
            "susan susanna susannah sylvia tabitha tess thea theresa thomasina tilly ursula vera veronica victoria "
            "viola violet virginia vivian wilhelmina winifred yvonne zoe natasha olga tatiana katerina sonya sonia "
            "mathilda"
        ),
        pronouns=Pronouns(
            male="he|him|his|himself",
            female="she|her|hers|herself",
            he="he|He|HE",
            she="she|She|SHE",
            i="I",
            several=r"they|They|we|We|somebody|someone|Somebody|Someone|everybody|everyone|[Aa]nother|[Oo]ne|[Aa]ll|"
            r"[Bb]oth|several|others|[Tt]he others|voices|[Tt]he \w+ women|[Tt]he (?:men|women|boys|girls|children|"
            r"crowd|people|ladies|gentlemen|two|three|company|rest)",
            contracts=True,
        ),
    ),
    spoken=SPOKEN,
)
