"""What there is to know of a language. Each file of this folder that is named by a code fills it in for one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from narrate.languages.formulas import Formulas
from narrate.languages.spoken import Spoken

LATIN = frozenset(("LATIN", "FULLWIDTH"))
WESTERN_LIMIT = 400  # characters of the longest line that engines read comfortably
CJK_LIMIT = 120  # the same for languages of syllables: as long to say


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set to look them up in."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sentences:
    """The words that tell where a sentence ends; in small letters and without their last full stop.

    `titles` come before a name and never end a sentence, but those of `places` end the name of a street; `shortened`
    may end one, which the next word decides; `numbered` are abbreviations only before a number (`No. 5`, but
    `He said no.`).
    `starters` open sentences, so that a capital on them after an abbreviation is no name's.
    `ordinals` come before a number that is written with a full stop (German `am 12. Juni`), and
    `dates` after it.
    `capitals` are written so wherever they stand; after `before_capitals` one may end a sentence: `It was I.`
    `times` come after a number and may end a sentence (`10 a.m.`); what `after_times`, a pattern, finds goes on with
    one, and so does a name where no more than a few words, or one of `forewords` and a few more, come before it.
    `joints` is a pattern of places inside a sentence, without a mark or a space, where a line may end. `open_ends`
    end no row of an address or a letter, but leave it open: articles, prepositions and conjunctions; without spaces
    between words particles. `greetings` open letters, which may go on below them in small letters.
    `after_quote` are endings and particles that go on the sentence after a closing quote. Where a name may come
    between a quotation and its verb ("Where?" Tom asked.), `tag_verbs` are those verbs and `tag_pronouns` stand for
    a name; elsewhere the verb, in small letters, comes first. Without spaces between words, `said` is a pattern of
    those verbs, and a line that ends in one of `final_forms` has ended its sentence.
    """

    titles: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    shortened: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    ordinals: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    capitals: frozenset[str] = frozenset()
    before_capitals: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    after_times: str = ""
    forewords: frozenset[str] = frozenset()
    joints: str = ""
    open_ends: frozenset[str] = frozenset()
    greetings: frozenset[str] = frozenset()
    after_quote: tuple[str, ...] = ()
    tag_verbs: frozenset[str] = frozenset()
    tag_pronouns: frozenset[str] = frozenset()
    said: str = ""
    final_forms: tuple[str, ...] = ()
    limit: int = WESTERN_LIMIT  # characters of the longest line


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Headings:
    """The words of headings, in small letters.

    `chapters` count chapters; a number alone elsewhere may be the same. After `numbered` a number makes a heading,
    before or after `divisions` any word does: `zweites Kapitel`. In plain text, where nothing else tells a heading,
    it is opened by `plain` with a number before or after it, or by `unnumbered` alone; after `titled` the number may
    be on the next line. `pages` stand before a page's number. `number` is a pattern of a number in words, and
    `counted` that of the whole number of a chapter: 第十二章.
    """

    chapters: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    titled: frozenset[str] = frozenset()
    unnumbered: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    number: str = ""
    counted: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Typed:
    """The words by which plain text says what print shows, in small letters.

    `pictures` and `footnotes` open brackets: [Illustration: …], [Footnote: …], `notes` with a number: [Note 1: …].
    What `asides` open is read without them: [Sidenote: …]. `title` and `author` name the fields at its top. Before
    `waiting` words a hyphen at a line's end waits for another one: pre- and post-war. `hyphened` is a pattern of the
    words that keep theirs there, where the text does not show how it writes them: well-known, dit-il.
    """

    pictures: frozenset[str] = frozenset()
    footnotes: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    asides: frozenset[str] = frozenset()
    title: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    hyphened: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pronouns:
    """Patterns of pronouns: `male` and `female` ones in every case, and those that are subjects.

    `several` stands for a crowd or anybody. `contracts`: an apostrophe after one makes it another word, he’d.
    `capital_is_you`: with a capital inside a sentence they mean who is spoken to.
    """

    male: str
    female: str
    he: str
    she: str
    i: str
    several: str = "(?!)"
    contracts: bool = False
    capital_is_you: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class People:
    """The words that tell who speaks and who somebody is, in small letters.

    `says` are verbs of speech that are no words of another language; `may_say` as often tell of something else.
    `replies` and `goes_on` are those of them by which somebody else speaks than before, and the same one.
    `lords` and `ladies` are titles of men and of
    women, `ranks` of either, of whom `mostly_men` were men when a book was written before this century. `men` and
    `women` are given names. Without `pronouns` English ones are looked for. `determiners` stand before a noun that
    means one person: articles, and whose somebody is; `indefinite` ones tell of somebody new. `epithets` come between
    a determiner and a name: poor old Tom.
    """

    says: frozenset[str] = frozenset()
    may_say: frozenset[str] = frozenset()
    replies: frozenset[str] = frozenset()
    goes_on: frozenset[str] = frozenset()
    lords: frozenset[str] = frozenset()
    ladies: frozenset[str] = frozenset()
    ranks: frozenset[str] = frozenset()
    mostly_men: frozenset[str] = frozenset()
    men: frozenset[str] = frozenset()
    women: frozenset[str] = frozenset()
    pronouns: Pronouns | None = None
    determiners: frozenset[str] = frozenset()
    indefinite: frozenset[str] = frozenset()
    epithets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shows:
    """The words of scripts and transcripts, in small letters.

    `sounds` are heard beside the words, [crosstalk], and `manners` are made while somebody speaks, [laughs]; both
    stand in brackets. `cues` stand before what is heard, `SFX: a door`. `continued` are the marks of a speech that
    a page's end cuts, (MORE). `asides` stand before a colon and name nobody: Note, Fun fact; neither do words of
    `counting` alone, First, and what `greetings` open, Dear Sir. `ands` join the names of those who speak together.
    `acts` head the parts of a play, and `stage` has words that open its directions: Exit.
    """

    sounds: frozenset[str] = frozenset()
    manners: frozenset[str] = frozenset()
    cues: frozenset[str] = frozenset()
    continued: frozenset[str] = frozenset()
    asides: frozenset[str] = frozenset()
    counting: frozenset[str] = frozenset()
    greetings: frozenset[str] = frozenset()
    ands: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    stage: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Incises:
    """The words of the narrator inside a speech, where no mark parts them from it: « Viens, dit Marthe, il est tard. »

    One of the `verbs` stands before a name or what `subjects`, a pattern, matches; `before` it a pronoun may. After a
    comma the narrator goes on with what the pattern `goes_on` opens, the speech with all else.
    """

    verbs: frozenset[str] = frozenset()
    before: str = ""
    subjects: str = ""
    goes_on: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """That no person reads, as listeners are told: a sentence that is `spoken`, and a line that is `shown`."""

    spoken: str
    shown: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Language:
    """A language: what it is called, how it is written, who speaks it.

    `called` is what it is called in itself and in the others, as books name it. `iso` are ISO 639-2's codes, first
    the one that files are tagged with; `qwen3_tts` is what Qwen3-TTS calls it, if it speaks it; `scripts` are the
    first words of its letters' names in Unicode. `passage` covers its sounds, for voices to be heard and designed by:
    vowels long and short, every kind of consonant, a question, a pause, the tone of somebody telling a story; about
    twelve seconds, written for this purpose. `unread` has the titles, parted by bars, of what stands around a text
    and is not read aloud, by epub:type; `…` in one is a name. `rights` reserve them, and only where books are printed
    or sold stands what is in `imprint`; parted so too.
    """

    code: str
    name: str = ""
    called: frozenset[str] = frozenset()
    iso: tuple[str, ...] = ()
    qwen3_tts: str = ""
    passage: str = ""
    disclosure: Disclosure | None = None
    scripts: frozenset[str] = LATIN
    spaced: bool = True  # spaces part its words
    right_to_left: bool = False
    dashes: bool = False  # a dash opens dialogue often enough to look for it
    leaning_dashes: bool = False  # one that leans on a word inside a speech opens the narrator's words
    quotation_marks: tuple[str, ...] = ("“…”", "‘…’")  # around a quotation, and around one inside it
    reads_ruby: bool = False  # what stands above the signs is how they are read
    sentences: Sentences = field(default_factory=Sentences)
    people: People = field(default_factory=People)
    incises: Incises = field(default_factory=Incises)
    headings: Headings = field(default_factory=Headings)
    shows: Shows = field(default_factory=Shows)
    typed: Typed = field(default_factory=Typed)
    unread: Mapping[str, str] = field(default_factory=dict)
    rights: str = ""
    imprint: str = ""
    note_words: tuple[str, ...] = ()  # before the number of a note, in small letters
    return_words: frozenset[str] = frozenset()  # in links from a note to its place in the text, in small letters
    spoken: Spoken | None = None  # None: its numbers and abbreviations are said as they are written
    formulas: Formulas | None = None  # None: they are left out
