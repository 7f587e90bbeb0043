"""The words of scripts and transcripts in English."""

from narrate.languages.language import Shows, words

SHOWS = Shows(
    sounds=words(
        "crosstalk cross-talk inaudible unintelligible indistinct applause music musical theme jingle silence "
        "static ringing rings beep beeps bleep sting stinger sfx fx sound sounds effect ambience fade fades "
        "cut transition intro outro break ad ads commercial audience crowd clapping cheering cheers foreign "
        "pauses pause beat"
    ),
    manners=words(
        "laughs laugh laughing laughter chuckles chuckle chuckling giggles giggling sighs sigh "
        "sighing coughs coughing cough sniffs sniffles sneezes gasps gasp gasping groans groaning moans yawns "
        "snorts sobs sobbing cries crying weeping whispers whispering whispered shouts shouting screams "
        "screaming mutters muttering mumbles sings singing hums humming clears throat breathes inhales "
        "exhales smiles smiling grins nods shrugs shivers softly quietly loudly excitedly "
        "sarcastically nervously angrily sadly slowly"
    ),
    cues=words("sfx fx f/x music sound sounds ambience atmos grams jingle sting foley"),
    continued=words("more cont'd contd cont. cont continued"),
    asides=words(
        "note notes warning warnings caution danger attention important remember reminder recall imagine "
        "consider think listen look see notice suppose picture beware hint hints tip tips example examples "
        "fact facts rule rules step steps reason reasons result results conclusion summary moral lesson "
        "problem solution idea bonus update correction disclaimer spoiler edit addendum ps p.s nb n.b fyi "
        "footnote sidenote source sources reference references link links website url email phone tel address "
        "date time place venue location duration length total topic topics subject re sponsor recorded "
        "transcript transcribed today tomorrow tonight now then so again "
        "also plus number ingredients directions "
        "method serves yield flour sugar butter salt eggs milk water translation meaning definition verdict "
        "advice point points takeaway news dear ladies gentlemen for to from with quote meanwhile however therefore"
    ),
    counting=words("first second third fourth fifth firstly secondly finally lastly next one two three four five"),
    greetings=words("dear"),
    acts=words("act scene prologue epilogue dramatis"),
    stage=words("enter enters re-enter exit exits exeunt aside within curtain manet manent flourish alarum alarums"),
    ands=words("and & with"),
)
