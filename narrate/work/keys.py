"""`narrate keys`: the identity that signs audiobooks, made or shown."""

from dataclasses import dataclass
from pathlib import Path

from narrate.errors import StorageError
from narrate.provenance import Identity, is_made, keys_folder, new_identity, read_identity, set_aside


@dataclass(frozen=True, slots=True)
class Key:
    """An identity as it is shown: nothing of its private key."""

    name: str
    fingerprint: str
    until: str
    algorithm: str
    folder: Path


def show_key() -> Key:
    """The identity of this machine's user. Raises StorageError where there is none, or it is damaged."""
    folder = keys_folder()
    if not is_made(folder):
        do = "`narrate keys new` makes one, and so does the first audiobook"
        raise StorageError("there is no signing identity yet", where=folder, do=do)
    return _shown(read_identity(folder), folder)


def new_key(name: str, *, replace: bool) -> tuple[Key, Path | None]:
    """Make an identity; the one that is there is set aside where it is to be replaced. Where that one lies now."""
    folder, aside = keys_folder(), None
    if is_made(folder):
        if not replace:
            raise StorageError("there is a signing identity already", where=folder, do="--replace sets it aside")
        aside = set_aside(folder)
    return _shown(new_identity(folder, name), folder), aside


def _shown(identity: Identity, folder: Path) -> Key:
    return Key(identity.name, identity.fingerprint, identity.until, identity.algorithm, folder)
