# What the room exports; loaded when it is asked for (lazy_loader).
from .server import (
    ADDRESS as ADDRESS,
    BusyError as BusyError,
    RefusedError as RefusedError,
    UnknownError as UnknownError,
    listening as listening,
    new_token as new_token,
    serve as serve,
)
