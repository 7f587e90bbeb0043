# What the room exports; loaded when it is asked for (lazy_loader).
from .embedding import MARK as MARK, embed as embed
from .hearing import Heard as Heard, hear as hear, listen as listen
from .masking import bark as bark, bands_of as bands_of, masked as masked, thresholds as thresholds
from .payload import payload_of as payload_of
