"""A page of XHTML, written tag by tag, for readers of forms that become pages."""

from html import escape

_HEAD = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'


class PageWriter:
    """The tags and texts of a page's body, in order; each `start` has its `end`."""

    def __init__(self) -> None:
        self._out = [_HEAD]

    def start(self, tag: str, **attributes: str) -> None:
        """Open a tag. An attribute's `_` stands for a colon, and one without a value is left out."""
        told = (f' {name.replace("_", ":")}="{escape(value)}"' for name, value in attributes.items() if value)
        self._out.append(f"<{tag}{''.join(told)}>")

    def end(self, tag: str) -> None:
        self._out.append(f"</{tag}>")

    def alone(self, tag: str, **attributes: str) -> None:
        """A tag with nothing inside."""
        self.start(tag, **attributes)
        self.end(tag)

    def text(self, text: str | None) -> None:
        if text:
            self._out.append(escape(text, quote=False))

    @property
    def page(self) -> bytes:
        """The page as it is by now."""
        return "".join((*self._out, "</body></html>")).encode()
