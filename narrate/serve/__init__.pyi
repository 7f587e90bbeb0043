# What the room exports; loaded when it is asked for (lazy_loader).
from .browser import browser_at as browser_at
from .home import Home as Home
from .hosts import is_local as is_local
from .server import (
    ADDRESS as ADDRESS,
    listening as listening,
    new_token as new_token,
    serve as serve,
    serve_home as serve_home,
)
