"""What English calls numbers, money, measures and signs."""

from narrate.languages.language import words
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
        "Rt": "Right",
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
        "ll": ("lines",) * 2, "vv": ("verses",) * 2,
        "c": ("circa",) * 2, "ca": ("circa",) * 2, "approx": ("approximately",) * 2, "nr": ("number",) * 2,
    },
    roman_counters=("nos", "vol", "vols", "ch", "chap", "chaps", "p", "pp", "fig", "figs", "sec", "art", "pt", "bk"),
    one_counters=("vol", "vols", "chap", "chaps", "bk"),
    words={
        "etc.": "et cetera", "&c.": "et cetera", "e.g.": "for example", "i.e.": "that is", "viz.": "namely",
        "cf.": "compare", "vs.": "versus", "et al.": "et alii", "approx.": "approximately", "ibid.": "ibidem",
        "esp.": "especially", "incl.": "including", "w/o": "without", "ed. by": "edited by", "eds.": "editors",
    },
    after_rank={"inst": "instant", "ult": "ultimo", "prox": "proximo", "ed": "edition"},
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
