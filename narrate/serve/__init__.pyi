# What the room exports; loaded when it is asked for (lazy_loader).
from .browser import browser_at as browser_at
from .server import (
    ADDRESS as ADDRESS,
    listening as listening,
    new_token as new_token,
    serve as serve,
)
