# What the room exports; loaded when it is asked for (lazy_loader).
from .identity import (
    Identity as Identity,
    is_made as is_made,
    keys_folder as keys_folder,
    new_identity as new_identity,
    own_identity as own_identity,
    read_identity as read_identity,
    set_aside as set_aside,
)
from .manifest import (
    SYNTHETIC as SYNTHETIC,
    Narration as Narration,
    Signing as Signing,
    Sums as Sums,
    VoiceHeard as VoiceHeard,
)
from .marks import metadata_of as metadata_of
from .reading import Found as Found, read as read
from .signing import SIDECAR as SIDECAR, is_installed as is_installed, sign as sign, sums_of as sums_of
