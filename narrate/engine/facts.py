"""Facts about an engine before it is opened: nothing heavy is imported for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from narrate.install import install_command
from narrate.takes import Sampling


@dataclass(frozen=True, slots=True)
class Model:
    """A checkpoint: its `name` in takes' keys, the folder or hub name to open it by, the kind of voice that it speaks
    and how its codes are drawn."""

    name: str
    path: str = ""
    kind: str = ""
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """Facts about an engine: what it speaks, what it needs, and how it is opened.

    `kinds` are the kinds of voice that it speaks (`Voice.model_kind`), each with its makers' name for a model of
    that kind; `directed` are those that heed a direction. `opening` is "module:function", imported when the engine
    is opened: a function of the models' paths, of `slots` (lines at a time, or None) and of options, which gives an
    `Engine[Audio]`. An engine has one `model` in itself, or finds what it is given by `find_model`.
    """

    name: str
    voice: str  # what people call a voice of its
    languages: frozenset[str]  # two-letter codes
    kinds: Mapping[str, str]
    opening: str
    packages: Mapping[str, str]  # that it needs: as they are imported, and as they are installed
    extra: str = ""  # of narrate's, which installs them
    command: str = ""  # which installs them where no extra does
    directed: frozenset[str] = frozenset()
    phonemes: bool = False  # whether it says the phonemes that a request has
    paced: bool = False  # whether it takes a request's pace
    draws: bool = False  # whether another attempt at a line sounds any different
    prepare: str = ""  # "module:function": what takes long, such as imports, and needs no request; see engine.ahead
    needs_gpu: bool = False  # made for one; else an engine runs on every core
    model: str = ""
    find_model: Callable[[str], Model] | None = None
    deaf_model: Callable[[str, str], str] | None = None  # why a model, spoken to by a kind of voice, heeds no direction

    @property
    def install(self) -> str:
        """The command that installs what the engine needs."""
        return install_command(self.extra) if self.extra else self.command

    @property
    def advice(self) -> str:
        """The advice where the engine is wanted and cannot run."""
        return f"install it with `{self.install}`" + (" on a machine with an NVIDIA GPU" if self.needs_gpu else "")
