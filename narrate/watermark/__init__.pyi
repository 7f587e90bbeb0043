# What the room exports; loaded when it is asked for (lazy_loader).
from .embedding import embed as embed
from .hearing import Heard as Heard, hear as hear, listen as listen
from .masking import bark as bark, thresholds as thresholds
from .naming import VERSION as VERSION, payload_of as payload_of
