# What the room exports; loaded when it is asked for (lazy_loader).
from .lock import Holder as Holder, holder as holder, is_locked as is_locked, locked as locked, written as written
from .take import Phonemes as Phonemes, Request as Request, Sampling as Sampling, TakeStore as TakeStore
from .verdicts import Verdicts as Verdicts
