"""What a read-along says of who can read it: the metadata of EPUB Accessibility 1.1, as far as we know it to be true.

`dcterms:conformsTo` is never added: whether a book meets WCAG nobody knows who has not looked at it.
"""

import re
from collections.abc import Iterator, Sequence

from narrate.chapters import ChapterPlan

Meta = tuple[str, str, str]  # property, the id that it refines ("" for the book), value
SYNCHRONIZED = "synchronizedAudioText"
PLAIN_SUMMARY = (
    "The whole book is read by a synthetic voice, and each sentence is lit up while it is heard; "
    "the contents lead to all chapters."
)
ADDED_SUMMARY = (
    "What is read by a synthetic voice is lit up sentence by sentence while it is heard. "
    "The publisher has not said what else this book offers."
)
_SAID = re.compile(r"""property=["']schema:(\w+)["'][^<>]*>\s*([^<]*?)\s*<""")


def hazards(plans: Sequence[ChapterPlan]) -> list[str]:
    """What may harm a listener: nothing that we make, but we know nothing of the sounds that a person put in."""
    if any(plan.sounds for plan in plans):
        return ["noFlashingHazard", "noMotionSimulationHazard", "unknownSoundHazard"]
    return ["none"]


def plain_access(plans: Sequence[ChapterPlan], *, pages: bool) -> list[Meta]:
    """Of a book that is made from the script, all of which is heard. `pages`: those of the print book are marked."""
    features = [SYNCHRONIZED, "tableOfContents", "readingOrder", "structuralNavigation", "displayTransformability"]
    features += ["pageBreakMarkers", "pageNavigation"] if pages else []
    return [
        *_metas("accessMode", ["textual", "auditory"]),
        *_metas("accessModeSufficient", ["textual", "auditory", "textual,auditory"]),
        *_metas("accessibilityFeature", features),
        *_metas("accessibilityHazard", hazards(plans)),
        *_metas("accessibilitySummary", [PLAIN_SUMMARY]),
    ]


def added_access(package: str, *, pictures: bool) -> Iterator[Meta]:
    """What overlays add to what a book's `package` document says; of what it does not say, what we know.

    `pictures`: some page shows one.
    """
    said: dict[str, set[str]] = {}
    for name, value in _SAID.findall(package):
        said.setdefault(name, set()).add(value)
    modes = said.get("accessMode") or set()
    wanted = ["auditory"] if modes else ["textual", "auditory", *(["visual"] if pictures else [])]
    yield from _metas("accessMode", [mode for mode in wanted if mode not in modes])
    if "accessModeSufficient" not in said and not pictures:
        yield from _metas("accessModeSufficient", ["textual"])
    features = said.get("accessibilityFeature") or set()
    wanted = [SYNCHRONIZED] if features else [SYNCHRONIZED, "tableOfContents"]
    yield from _metas("accessibilityFeature", [feature for feature in wanted if feature not in features])
    for name, value in (("accessibilityHazard", "unknown"), ("accessibilitySummary", ADDED_SUMMARY)):
        yield from _metas(name, [] if name in said else [value])


def _metas(name: str, values: Sequence[str]) -> list[Meta]:
    return [(f"schema:{name}", "", value) for value in values]
