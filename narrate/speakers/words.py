"""The words that tell who speaks: verbs of speech, titles and given names of all languages, English nouns for people.

Small on purpose and written from common knowledge: a name that is not listed gets its gender
from the pronouns near it, and a noun that is not listed is merely no speaker. What stands here
and not in a language's file is asked for by rules of English grammar alone: the old man, my aunt.
"""

import re
from collections.abc import Callable

from narrate.languages import find_language, languages
from narrate.languages.language import People, Pronouns

MALE, FEMALE = "male", "female"


def _all(words: Callable[[People], frozenset[str]]) -> frozenset[str]:
    """The words of every language: a book in one has people of another."""
    return frozenset(word for language in languages().values() for word in words(language.people))


# Verbs that a quotation's tag is made of; the second ones as often tell of something else.
SAY = _all(lambda people: people.says)
SAY_MAYBE = _all(lambda people: people.may_say)
# Who goes on was speaking, who replies was not.
GOES_ON = _all(lambda people: people.goes_on)
REPLIES = _all(lambda people: people.replies)
# Titles that a name follows, with the gender that they tell ("" when none).
TITLES = {
    **dict.fromkeys(_all(lambda people: people.lords), MALE),
    **dict.fromkeys(_all(lambda people: people.ladies), FEMALE),
    **dict.fromkeys(_all(lambda people: people.ranks), ""),
}
MOSTLY_MALE = _all(lambda people: people.mostly_men)
GIVEN = {MALE: _all(lambda people: people.men), FEMALE: _all(lambda people: people.women)}


def pronouns_of(language: str) -> Pronouns:
    """The pronouns that are looked for in a language: English ones where it has none of its own here."""
    found = find_language(language).people.pronouns or find_language("en").people.pronouns
    assert found is not None
    return found


def determiners_of(language: str) -> str:
    """A pattern of the articles and possessives before a noun of a language, with the space after them; never matches
    where it has none here."""
    plain = sorted(word for word in find_language(language).people.determiners if word[-1].isalpha())
    elided = sorted(word for word in find_language(language).people.determiners if not word[-1].isalpha())
    forms = [rf"(?:{'|'.join(plain)})\s+"] if plain else []
    return "|".join([*forms, *map(re.escape, elided)]) or "(?!)"


CHILD, YOUNG, ADULT, OLD = "child", "young", "adult", "old"

# Nouns for people: gender, age.
_NOUNS = {
    (MALE, ""): "man gentleman lord father brother uncle husband king prince duke count baron earl nephew fellow chap "
    "landlord waiter priest monk friar butler footman coachman policeman clergyman postman watchman boatman fireman "
    "workman seaman fisherman huntsman countryman horseman frenchman englishman irishman scotchman dutchman chairman "
    "foreman bridegroom master papa dad daddy pa pappa squire host actor negro monarch emperor widower steward "
    "bachelor hero wizard knight salesman businessman cowboy cowpuncher vicar rector curate parson "
    "sailor blacksmith sergeant corporal lieutenant captain colonel general admiral major son-in-law brother-in-law "
    "father-in-law stepfather godfather grandson murderer gamekeeper groom valet bishop pope cardinal sheriff "
    "manservant serving-man lordship",
    (FEMALE, ""): "woman lady mother sister aunt wife queen princess duchess countess baroness niece landlady "
    "waitress nun governess housekeeper nurse mistress mamma mama mom mum mummy ma matron housemaid parlourmaid "
    "parlormaid chambermaid maid bride hostess actress widow heroine washerwoman charwoman englishwoman frenchwoman "
    "mother-in-law sister-in-law daughter-in-law stepmother godmother goddaughter seamstress milliner dressmaker "
    "abbess sorceress witch empress ladyship stewardess typist dame maidservant",
    (MALE, CHILD): "boy lad schoolboy newsboy bootblack laddie page",
    (FEMALE, CHILD): "girl lass schoolgirl lassie",
    ("", CHILD): "child baby infant youngster urchin kid toddler brat pupil bairn little-one",
    (MALE, YOUNG): "youth son",
    (FEMALE, YOUNG): "daughter damsel maiden",
    (MALE, OLD): "grandfather grandpa granddad grandpapa greybeard graybeard patriarch",
    (FEMALE, OLD): "grandmother grandma granny grandmamma crone hag",
    ("", ""): "doctor servant stranger cousin friend teacher voice officer soldier driver porter clerk guide guard "
    "innkeeper visitor guest neighbour neighbor companion speaker lawyer attorney judge passenger inspector "
    "detective client patient physician surgeon professor secretary merchant shopkeeper tradesman farmer peasant "
    "traveller traveler trader jailer jailor prisoner convict thief robber burglar pirate cook gardener tutor "
    "schoolmaster schoolmistress student scholar poet painter artist author writer editor reporter minister president "
    "governor magistrate constable agent dealer banker broker partner rival lover sweetheart enemy relation "
    "relative parent orphan twin invalid beggar tramp hermit pilgrim hunter shepherd miller baker butcher tailor "
    "barber cobbler carpenter mason smith musician singer dancer conductor cabman cabby pilot skipper mate engineer "
    "mechanic messenger usher warden chief leader boss manager superintendent assistant apprentice recruit "
    "private spokesman interlocutor questioner newcomer intruder other another indian american german spaniard "
    "italian russian psychologist scientist explorer philosopher bartender bookkeeper caretaker ferryman comrade "
    "majesty highness excellency latter former admirer heir cripple giant dwarf dragon ghost creature fool villain "
    "rascal scoundrel ruffian",
}  # fmt: skip
NOUNS = {word: traits for traits, words in _NOUNS.items() for word in words.split()}
ADJECTIVE_AGES = {
    "old": OLD, "elderly": OLD, "aged": OLD, "ancient": OLD, "white-haired": OLD, "grey-haired": OLD,
    "gray-haired": OLD, "venerable": OLD, "wrinkled": OLD, "young": YOUNG, "youthful": YOUNG, "little": CHILD,
    "small": CHILD, "younger": YOUNG, "elder": "", "middle-aged": ADULT,
}  # fmt: skip
FAMILY = frozenset(
    "father mother brother sister uncle aunt son daughter husband wife cousin nephew niece grandfather grandmother "
    "papa mamma mama dad mum grandson granddaughter mother-in-law father-in-law sister-in-law brother-in-law "
    "stepmother stepfather".split()
)
# Nouns that are written as a name: "said Uncle", "Mother rose", "asked Captain".
ALONE = frozenset(
    "father mother uncle aunt grandfather grandmother papa mamma mama dad daddy mum mummy granny grandma grandpa nurse "
    "doctor captain colonel professor sergeant lieutenant corporal inspector squire".split()
)
# What people are called by when spoken to, and whom that can mean.
VOCATIVES = {
    **dict.fromkeys("sir mister gentlemen old-man old-boy old-fellow old-chap".split(), MALE),
    **dict.fromkeys("madam ma'am ma’am marm madame mum miss missis missus ladies".split(), FEMALE),
}

# Short forms and pet names of given names, for aliases: the same person when one of the two is rare.
PET_NAMES = {
    "lizzy": "elizabeth", "lizzie": "elizabeth", "eliza": "elizabeth", "beth": "elizabeth", "bess": "elizabeth",
    "betty": "elizabeth", "kitty": "catherine", "kate": "katherine", "cathy": "catherine", "tom": "thomas",
    "tommy": "thomas", "will": "william", "bill": "william", "billy": "william", "willie": "william",
    "bob": "robert", "bobby": "robert", "dick": "richard", "harry": "henry", "hal": "henry", "jack": "john",
    "johnny": "john", "jim": "james", "jimmy": "james", "joe": "joseph", "ned": "edward", "ted": "edward",
    "teddy": "edward", "fred": "frederick", "freddie": "frederick", "charlie": "charles", "charley": "charles",
    "sam": "samuel", "sammy": "samuel", "ben": "benjamin", "dan": "daniel", "dave": "david", "davy": "david",
    "nick": "nicholas", "mike": "michael", "tony": "anthony", "andy": "andrew", "archie": "archibald",
    "jeff": "jefferson", "terry": "terence", "becky": "rebecca", "nell": "ellen", "nellie": "ellen",
    "peggy": "margaret", "maggie": "margaret", "meg": "margaret", "madge": "margaret", "polly": "mary",
    "molly": "mary", "sally": "sarah", "jenny": "jane", "nancy": "anne", "annie": "anne", "fanny": "frances",
    "hetty": "henrietta", "dolly": "dorothy", "dora": "dorothea", "mina": "wilhelmina", "lucy": "lucinda",
}  # fmt: skip

# Capitalised words that are never a person's name.
NOT_NAMES = frozenset(
    "i i'm i’m i'll i’ll i've i’ve i'd i’d god lord heaven heavens providence chapter volume book part act "
    "scene oh ah o yes no well the a an and but or nor for yet so if then when while as at by to of in on with "
    "from this that these those it he she they we you his her their our my your its what who which where why "
    "how there here not now never always indeed perhaps however therefore meanwhile moreover nevertheless "
    "though although because since until unless some any all each every both few many most other another one "
    "two three four five first second third once twice good dear poor old young little great mr mrs sir madam "
    "ladyship lordship majesty highness excellency project gutenberg st saint street road avenue me him us them".split()
)
# Capitalised words that are a person's only where a verb of speech says so: Irish, June, April.
SELDOM_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december christmas easter english french german american americans irish scotch "
    "spanish italian russian dutch chinese japanese indian indians england london paris europe america france "
    "germany italy ireland scotland spain russia india africa asia north south east west bible christian "
    "catholic latin greek roman".split()
)
PLACE_BEFORE = frozenset(
    "in at near from through into toward towards beyond around across throughout via outside".split()
)
PLACE_ENDS = frozenset(
    "street road avenue lane square park house hall inn hotel castle abbey church college school university river lake "
    "mountain mountains hill hills valley bay island islands sea ocean county city town village bridge station palace "
    "court place farm ranch academy club company office society court's theatre theater museum gate corner wood woods "
    "forest shire land book bible street's empire kingdom states republic army navy government parliament".split()
)
