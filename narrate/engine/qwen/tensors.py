"""A checkpoint's tensors by name, out of its safetensors files. Each is read when it is taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from math import prod
from pathlib import Path
from typing import Any, Self

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from narrate.engine.qwen.checkpoint import read_object, reading
from narrate.errors import EngineError


@dataclass(frozen=True, slots=True, eq=False)
class Tensors:
    """The tensors in `folder` whose names start with `prefix`, as `dtype` on `device`."""

    folder: Path
    device: torch.device
    dtype: torch.dtype
    files: Mapping[str, Any]  # name -> the open file that holds it
    prefix: str = ""
    taken: set[str] = field(default_factory=set)  # whole names, of every part
    lacking: list[str] = field(default_factory=list)  # those of them that are nowhere

    def take(self, name: str, *size: int) -> Tensor:
        """The tensor called `name`, zeros for one that is not there. Raises EngineError for one of another size."""
        name = self.prefix + name
        self.taken.add(name)
        if name not in self.files:
            self.lacking.append(name)
            return torch.zeros(size, dtype=self.dtype, device=self.device)
        found = list(self.files[name].get_slice(name).get_shape())
        if found != list(size):
            what = f"the checkpoint cannot be read: {name} is {found} and not {list(size)}"
            raise EngineError(what, where=self.folder, do="fetch it again")
        tensor: Tensor = self.files[name].get_tensor(name)
        return tensor.to(self.device, self.dtype, copy=True)  # not the file's own pages

    def part(self, name: str) -> Self:
        """Those whose names go on with `name`."""
        return replace(self, prefix=f"{self.prefix}{name}.")

    def parts(self, name: str, count: int) -> list[Self]:
        """`part` for each of `count` numbered ones."""
        return [self.part(f"{name}.{number}") for number in range(count)]

    @property
    def count(self) -> int:
        """How many numbers they have in all."""
        held = (file.get_slice(name).get_shape() for name, file in self.files.items() if name.startswith(self.prefix))
        return sum(map(prod, held))

    @property
    def there(self) -> bool:
        """Whether there are any."""
        return any(name.startswith(self.prefix) for name in self.files)

    def check_whole(self, *unread: str) -> None:
        """Raise EngineError unless all that was taken is there, and nothing is that nobody takes.

        unread: patterns (fnmatch) of the whole names that the files may hold besides: another part's, or needless ones.
        """
        strange = [name for name in self.files if name not in self.taken]
        strange = [name for name in strange if not any(fnmatchcase(name, pattern) for pattern in unread)]
        found = (("lacks", "", self.lacking), ("holds", "unknown ", strange))
        told = [f"{has} {len(names)} {kind}tensors, {min(names)} first" for has, kind, names in found if names]
        if told:
            do = "give one whose tensors are named as Qwen's release names them" if strange else "fetch it again"
            raise EngineError(f"the checkpoint {' and '.join(told)}", where=self.folder, do=do)


class NoTensors(Tensors):
    """Tensors of every name and size, on the meta device: they have no data."""

    def take(self, name: str, *size: int) -> Tensor:
        return torch.empty(size, dtype=self.dtype, device=self.device)


def open_tensors(folder: Path, device: torch.device, dtype: torch.dtype) -> Tensors:
    """All tensors in the files of `folder`. Raises EngineError when one of the files cannot be read."""
    with reading(folder):
        files = ["model.safetensors"]
        if not (folder / files[0]).is_file():
            files = sorted({Path(file).name for file in _index(folder).values()})
        named: dict[str, Any] = {}
        for file in files:
            try:
                held = safe_open(str(folder / file), "pt")
            except SafetensorError as error:
                raise ValueError(f"{file}: {error}") from error
            named |= dict.fromkeys(held.keys(), held)
    return Tensors(folder, device, dtype, named)


def _index(folder: Path) -> dict[str, str]:
    """Which file holds which tensor, of a checkpoint in several."""
    places: dict[str, str] = read_object(folder / "model.safetensors.index.json")["weight_map"]
    return places
