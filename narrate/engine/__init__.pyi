# What the room exports; loaded when it is asked for (lazy_loader).
from .engines import (
    Engine as Engine,
    LastingEngine as LastingEngine,
    Model as Model,
    Wanted as Wanted,
    check_spoken as check_spoken,
    choose_engine as choose_engine,
    deaf_to_direction as deaf_to_direction,
    draws as draws,
    find_models as find_models,
    kinds_needed as kinds_needed,
    open_engine as open_engine,
    open_lasting as open_lasting,
    open_on_one_card as open_on_one_card,
    qwen_advice as qwen_advice,
    qwen_missing as qwen_missing,
)
