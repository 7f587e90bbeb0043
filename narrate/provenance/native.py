"""Manifests that we put into their place ourselves: by C2PA's C interface (c2pa.h), which c2pa-python has no call for.

c2pa writes an MP3's tag anew as ID3v2.4, in which a "/" parts an author in two, holds whole WAV and FLAC files in
memory, and knows no Ogg.
"""

import ctypes
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from narrate.errors import AssemblyError
from narrate.provenance.identity import Identity

STORE = b"application/c2pa"
_BYTES = ctypes.POINTER(ctypes.c_ubyte)
Place = Callable[[int], tuple[list[tuple[int, int]], bytes]]


class _SignerInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("alg", "sign_cert", "private_key", "ta_url")]


def sealed(manifest: dict[str, Any], identity: Identity, timestamp: str, place: Place) -> bytes:
    """The signed manifest store for a file that `place` lays out.

    `place` is told the store's length in bytes and gives the ranges (first byte, length) that the store will take,
    and the SHA-256 of all else. Raises AssemblyError where c2pa refuses.
    """
    library = _library()
    info = _SignerInfo(identity.algorithm.encode(), identity.certificates, identity.key, timestamp.encode() or None)
    with (
        _owned(library, library.c2pa_signer_from_info(ctypes.byref(info))) as signer,
        _owned(library, library.c2pa_builder_from_json(json.dumps(manifest).encode())) as builder,
    ):
        out = _BYTES()
        reserved = library.c2pa_signer_reserve_size(signer)
        size = library.c2pa_builder_data_hashed_placeholder(builder, reserved, STORE, ctypes.byref(out))
        room = len(_taken(library, size, out))
        ranges, total = place(room)
        bound = {
            "name": "jumbf manifest",
            "alg": "sha256",
            "exclusions": [{"start": at, "length": length} for at, length in ranges],
            "hash": list(total),
            "pad": [],
        }
        out = _BYTES()
        size = library.c2pa_builder_sign_data_hashed_embeddable(
            builder, signer, json.dumps(bound).encode(), STORE, None, ctypes.byref(out)
        )
        store = _taken(library, size, out)
    if ranges and len(store) != room:
        raise AssemblyError(f"the manifest has {len(store)} bytes, and {room} were left for it")
    return store


@contextmanager
def _owned(library: Any, handle: int | None) -> Iterator[int]:
    if not handle:
        raise _failure(library)
    try:
        yield handle
    finally:
        library.c2pa_free(handle)


def _taken(library: Any, size: int, data: Any) -> bytes:
    if size < 0:
        raise _failure(library)
    taken = ctypes.string_at(data, size)
    library.c2pa_free(data)
    return taken


def _failure(library: Any) -> AssemblyError:
    said = library.c2pa_error()
    text = ctypes.string_at(said).decode("utf-8", "replace") if said else "c2pa gave no reason"
    if said:
        library.c2pa_free(said)
    return AssemblyError(f"cannot be signed: {text}", do="`narrate keys show` says by whom; docs/provenance.md")


@cache
def _library() -> Any:
    """c2pa's shared library, the same that its package loads, with the types of the calls made here."""
    import c2pa

    folder = Path(c2pa.__file__).parent / "libs"
    path = next(p for p in folder.glob("*c2pa_c.*") if p.suffix in (".so", ".dylib", ".dll"))
    library: Any = ctypes.CDLL(str(path))
    handle, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int64
    out = ctypes.POINTER(_BYTES)
    for name, gives, takes in (
        ("c2pa_signer_from_info", handle, [ctypes.POINTER(_SignerInfo)]),
        ("c2pa_signer_reserve_size", size, [handle]),
        ("c2pa_builder_from_json", handle, [text]),
        ("c2pa_builder_data_hashed_placeholder", size, [handle, ctypes.c_size_t, text, out]),
        ("c2pa_builder_sign_data_hashed_embeddable", size, [handle, handle, text, text, handle, out]),
        ("c2pa_error", handle, []),
        ("c2pa_free", ctypes.c_int, [handle]),
    ):
        call = getattr(library, name)
        call.restype, call.argtypes = gives, takes
    return library
