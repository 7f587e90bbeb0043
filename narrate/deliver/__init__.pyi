# What the room exports; loaded when it is asked for (lazy_loader).
from .cover import (
    MAX_BYTES as MAX_BYTES,
    prepare_cover as prepare_cover,
    thumbnail as thumbnail,
)
from .deliver import assemble as assemble, check_formats as check_formats
from .delivered import CURRENT as CURRENT, OLD as OLD, Deliverable as Deliverable, deliverables as deliverables
from .drawn import book_picture as book_picture, sized_cover as sized_cover
from .episodes import note_issued as note_issued
from .forms import FORMS as FORMS
from .media import he_encoder as he_encoder
