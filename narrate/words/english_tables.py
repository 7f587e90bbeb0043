"""English words that rules look for: abbreviations and what they stand for, states, streets, rulers, signs."""

# Before a name.
TITLES = {
    "Dr": "Doctor", "Prof": "Professor", "Rev": "Reverend", "Hon": "Honorable", "Gen": "General", "Col": "Colonel",
    "Maj": "Major", "Capt": "Captain", "Cmdr": "Commander", "Lt": "Lieutenant", "Lieut": "Lieutenant",
    "Sgt": "Sergeant", "Sergt": "Sergeant", "Cpl": "Corporal", "Pvt": "Private", "Adm": "Admiral", "Gov": "Governor",
    "Sen": "Senator", "Rep": "Representative", "Pres": "President", "Supt": "Superintendent", "Insp": "Inspector",
    "Messrs": "Messieurs", "Mme": "Madame", "Mlle": "Mademoiselle", "Mgr": "Monsignor", "Msgr": "Monsignor",
    "Fr": "Father", "Bro": "Brother", "Sr": "Sister", "Mt": "Mount", "Ft": "Fort", "Ste": "Sainte", "Atty": "Attorney",
}  # fmt: skip
# After a name.
AFTER_NAME = {
    "Jr": "Junior", "Sr": "Senior", "Esq": "Esquire", "Bros": "Brothers", "Co": "Company", "Ltd": "Limited",
    "Inc": "Incorporated", "Corp": "Corporation", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "Sq": "Square",
    "Ln": "Lane", "Hwy": "Highway", "Pkwy": "Parkway", "Expy": "Expressway", "Univ": "University", "Dept": "Department",
}  # fmt: skip
# Before a number.
BEFORE_NUMBER = {
    "no": ("number", "numbers"), "nos": ("numbers",) * 2, "vol": ("volume",) * 2, "vols": ("volumes",) * 2,
    "ch": ("chapter",) * 2, "chap": ("chapter",) * 2, "chaps": ("chapters",) * 2, "p": ("page",) * 2,
    "pp": ("pages",) * 2, "fig": ("figure",) * 2, "figs": ("figures",) * 2, "sec": ("section",) * 2,
    "art": ("article",) * 2, "pt": ("part",) * 2, "bk": ("book",) * 2, "ed": ("edition",) * 2, "ver": ("version",) * 2,
    "c": ("circa",) * 2, "ca": ("circa",) * 2, "approx": ("approximately",) * 2, "nr": ("number",) * 2,
}  # fmt: skip
# Those of them that a Roman numeral may follow, and where even an I is one.
BEFORE_ROMAN = ("vol", "vols", "ch", "chap", "chaps", "p", "pp", "fig", "figs", "sec", "art", "pt", "bk")
BEFORE_ONE = ("vol", "vols", "chap", "chaps", "bk")
# Anywhere, with their stops.
ANYWHERE = {
    "etc.": "et cetera", "&c.": "et cetera", "e.g.": "for example", "i.e.": "that is", "viz.": "namely",
    "cf.": "compare", "vs.": "versus", "et al.": "et alii", "approx.": "approximately", "ibid.": "ibidem",
    "esp.": "especially", "incl.": "including", "w/o": "without",
}  # fmt: skip
AFTER_RANK = {"inst": "instant", "ult": "ultimo", "prox": "proximo"}
STREETS = {
    "St": "Street", "Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard", "Expy": "Expressway", "Dr": "Drive",
    "Ln": "Lane", "Ct": "Court", "Pl": "Place", "Sq": "Square", "Pkwy": "Parkway", "Hwy": "Highway", "Ter": "Terrace",
}  # fmt: skip
WHOLE_STREETS = (
    "Street|Avenue|Road|Boulevard|Expressway|Drive|Lane|Court|Place|Square|Parkway|Highway|Terrace|Crescent|Gardens|"
    "Row|Hill|Way|Mews|Park"
)
POINTS = {"N": "North", "S": "South", "E": "East", "W": "West", "NE": "Northeast", "NW": "Northwest",
           "SE": "Southeast", "SW": "Southwest"}  # fmt: skip
STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho",
    "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine",
    "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "DC": "D C",
}  # fmt: skip
ALSO_WORDS = frozenset("OK IN OR ME HI OH ID MA PA LA DE MS MD AL CO".split())
# What opens a sentence, and so is no saint.
OPENERS = frozenset(
    "A After All An And As At Before But By For From He Her His How I If In It Its My No Not Now On Or Our She So "
    "That The Their Then There These They This To We What When Where Who Why With You Your".split()
)

# What a Roman numeral counts; those where C, D, L and M alone are letters ("Appendix C").
DIVISIONS = "chapter|chapters|book|books|act|canto|stave|volume|vol\\.|tome|psalm|sonnet|epistle|chap\\."
LETTERED = (
    "part|parts|section|scene|appendix|plate|figure|table|type|class|phase|stage|article|letter|no\\.|lesson|note"
)
RULERS = frozenset(
    (
        "Alexander Alfonso Alfred Amenhotep Anne Arthur Augustus Baldwin Benedict Boniface Carlos Caroline Catherine "
        "Charles Christian Clement Constantine Cyrus Darius David Edgar Edmund Edward Elizabeth Eric Eugene Ferdinand "
        "Francis Franz Frederick Friedrich George Gregory Gustav Gustavus Haakon Harald Harold Henri Henry Innocent "
        "Isabella Ivan James Joseph Juan Julius Karl Leo Leopold Louis Margaret Maria Mary Maximilian Michael "
        "Napoleon Nicholas Olaf Oscar Otto Paul Pedro Peter Philip Philippe Pius Ptolemy Ramses Ramesses Richard "
        "Robert Rudolf Rupert Sigismund Sixtus Stephen Theodore Theodosius Thutmose Umberto Urban Victor Victoria "
        "Vittorio Wilhelm William Xerxes"
    ).split()
)
OFFICES = "King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Prince|Sultan|Pharaoh|Duke|Shah"

SIGNS = {
    "&": "and", "%": "percent", "@": "at", "=": "equals", "§": "section", "#": "number", "©": "copyright",
    "±": "plus or minus", "≈": "about", "~": "about", "→": "to", "°": "degrees", "¢": "cents", "$": "dollar",
    "£": "pound", "€": "euro", "+": "plus", "×": "times", "≠": "is not", "№": "number",
}  # fmt: skip
