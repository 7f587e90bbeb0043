"""A book before it is given away: is every word said, is every take trusted, and would a shop take the files?"""

from collections.abc import Sequence
from dataclasses import dataclass

from narrate.check.coverage import Flaw
from narrate.engine import Wanted
from narrate.errors import NarrateError
from narrate.project import Project, Quarantined
from narrate.shops import Finding, find_shop
from narrate.work.check import prove_coverage
from narrate.work.events import follow
from narrate.work.inventory import take_inventory
from narrate.work.master import check_masters
from narrate.work.quality import quarantined_lines


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found: gaps and repeats, and `proof` in words of how they were looked for in `lines` lines; lines that
    are not trusted; ACX's rules held against the MP3 files of a book that is made for it, or why they were not."""

    lines: int
    proof: str
    flaws: Sequence[Flaw]
    quarantined: Sequence[Quarantined]
    rules: Sequence[Finding]
    no_rules: str


def readiness(project: Project, wanted: Wanted) -> Readiness:
    """The checks of a project as it is now; nothing is changed."""
    coverage = follow(prove_coverage(project, wanted))
    chapters = take_inventory(project, wanted).chapters
    rules: Sequence[Finding] = ()
    no_rules = ""
    if project.settings.output.target == "acx":
        try:
            rules = check_masters(project, find_shop("acx"))
        except NarrateError as error:
            no_rules = error.what
    else:
        no_rules = "the book is made for others"
    return Readiness(
        coverage.lines,
        coverage.proof,
        coverage.flaws,
        [line.reported for line in quarantined_lines(project, chapters)],
        rules,
        no_rules,
    )
