"""The names of a package's files, as a shop asks for them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from narrate.files import file_name
from narrate.shops.table import Shop

LONGEST = 60  # bytes of a title in a name


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a book's files for one shop, where `identity` stands for the book."""

    shop: Shop
    identity: str

    def chapters(self, titles: Sequence[str], suffix: str) -> list[str]:
        """Of a file a chapter, in order."""
        count = len(titles)
        width = max(2, len(str(count)))
        return [self._filled(f"{n:0{width}d}", n, count, title) + suffix for n, title in enumerate(titles, start=1)]

    def whole(self, suffix: str) -> str:
        """Of one file for the whole book."""
        return self._filled("01", 1, 1, self.identity) + suffix

    def sample(self, suffix: str) -> str:
        """Of the retail sample."""
        return self._safe(self.shop.sample.replace("{id}", self.identity)) + suffix

    def cover(self, suffix: str) -> str:
        """Of the cover."""
        return self._safe(self.shop.cover.replace("{id}", self.identity)) + suffix

    def _filled(self, number: str, n: int, count: int, title: str) -> str:
        fields = {"{id}": self.identity, "{number}": number, "{n}": str(n), "{count}": str(count)}
        name = self.shop.named
        for field, text in fields.items():
            name = name.replace(field, text)
        return self._safe(name.replace("{title}", file_name(title, "chapter", longest=LONGEST)))

    def _safe(self, name: str) -> str:
        return plain_name(name) if self.shop.plain else file_name(name)


def plain_name(text: str) -> str:
    """`text` in Latin letters without accents, digits and underscores; "book" where nothing of it is left."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", letters).strip("_") or "book"
