# What the room exports; loaded when it is asked for (lazy_loader).
from .ahead import Ahead as Ahead
from .choice import (
    absent as absent,
    check_spoken as check_spoken,
    check_voices as check_voices,
    choose_engine as choose_engine,
    missing as missing,
)
from .engine import Engine as Engine
from .facts import EngineFacts as EngineFacts, Model as Model
from .models import deaf_to_direction as deaf_to_direction, find_models as find_models, kinds_needed as kinds_needed
from .opening import (
    open_engine as open_engine,
    open_few as open_few,
    open_lasting as open_lasting,
    open_on_one_card as open_on_one_card,
    open_streaming as open_streaming,
)
from .qwen.speakers import Speaker as Speaker
from .registry import ENGINES as ENGINES, engine_speaking as engine_speaking
from .wanted import Wanted as Wanted, read_memory as read_memory
