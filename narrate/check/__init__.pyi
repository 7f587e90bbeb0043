# What the room exports; loaded when it is asked for (lazy_loader).
from .coverage import chapter_flaws as chapter_flaws, other_languages as other_languages, take_flaws as take_flaws
from .ears import Ears as Ears, Encoder as Encoder
from .findings import Finding as Finding, Verdict as Verdict, verdict as verdict
from .heard import Recogniser as Recogniser
from .measures import measured as measured
from .quarantine import (
    ACCEPTED as ACCEPTED,
    Quarantined as Quarantined,
    Trusted as Trusted,
    accept as accept,
    noted_verdict as noted_verdict,
    quarantined as quarantined,
    read_accepted as read_accepted,
    read_trusted as read_trusted,
)
from .speaker import SpeakerEncoder as SpeakerEncoder
from .watch import Watch as Watch
