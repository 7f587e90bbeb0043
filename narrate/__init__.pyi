# What narrate exports to programs; loaded when it is asked for (lazy_loader).
from .errors import NarrateError as NarrateError
from .work.events import Event as Event, Notice as Notice, Progress as Progress, Stage as Stage
from .work.library import BookLine as BookLine, Project as Project, Voice as Voice, say as say
from .work.stop import Stop as Stop

__version__: str
