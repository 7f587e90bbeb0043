"""The names that this machine goes by in a request's Host: others may be bound to its address by anybody."""

import ipaddress
import re
import socket
from collections.abc import Callable

from narrate.serve.guard import is_loopback

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::\d{1,5})?")


def is_local(address: str) -> bool:
    """Whether only this machine reaches what listens at `address`."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def named_here(address: str) -> Callable[[str], bool]:
    """What tells a Host that means a server which listens at `address`.

    Where others reach it: an address of numbers, which no name server can bind to us, and this machine's names.
    """
    if address in ("127.0.0.1", "localhost"):
        return is_loopback
    name = socket.gethostname().lower()
    names = {"localhost", name, name.partition(".")[0], f"{name.partition('.')[0]}.local", address.lower()}

    def is_ours(host: str) -> bool:
        found = _HOST.fullmatch(host)
        return found is not None and (found[1] in names or _is_number(found[1].strip("[]")))

    return is_ours


def _is_number(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
