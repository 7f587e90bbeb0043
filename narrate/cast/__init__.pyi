# What the room exports; loaded when it is asked for (lazy_loader).
from .autocast import (
    AGES as AGES,
    RULE as RULE,
    Candidate as Candidate,
    Proposal as Proposal,
    propose as propose,
    traits_told as traits_told,
)
from .casting import (
    AUTO as AUTO,
    Cast as Cast,
    Manner as Manner,
    Part as Part,
    cast_problems as cast_problems,
    language_for as language_for,
    load_cast as load_cast,
    request_for as request_for,
    respelt_words as respelt_words,
    spoken_changes as spoken_changes,
    spoken_marked as spoken_marked,
    spoken_text as spoken_text,
    stand_in as stand_in,
    voice_called as voice_called,
)
from .editing import new_cast as new_cast, set_voices as set_voices
from .series import take_over as take_over
