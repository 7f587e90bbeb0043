"""The person's browser, started at the page without showing its address to other users."""

import html
import secrets
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from narrate.files import atomic


@contextmanager
def browser_at(address: str, folder: Path) -> Iterator[None]:
    """The person's browser, at a file that only they can read and that leads it to `address`; it goes with the block.

    What a program is started with is visible to everybody on the machine, so the browser is not given the address.
    The file lies in `folder`: a browser that is confined to its own /tmp, as a snap's, could not open one there.
    """
    page = (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer">\n'
        f'<title>narrate</title><meta http-equiv="refresh" content="0; url={html.escape(address)}">\n'
        f'<p><a href="{html.escape(address)}">narrate</a></p></html>\n'
    )
    file = folder / f"narrate-{secrets.token_hex(4)}.html"
    try:
        with atomic(file, mode=0o600) as out:
            out.write(page.encode())
        webbrowser.open(file.resolve().as_uri())
        yield
    finally:
        file.unlink(missing_ok=True)
