"""What `narrate cast --auto` makes of a book: who is a woman and who a man, and why; who got which voice.

    python benchmarks/casting.py BOOK... [--lines 10]

The gold is written by hand, for *Pride and Prejudice* and *The Importance of Being Earnest*; the
speakers are those that narrate finds. A speaker whom the gold does not know counts as wrong.
Exit code 1 when less than nine in ten are right, or two who talk to each other share a voice.
"""

import argparse
import contextlib
import io
import tempfile
from pathlib import Path

from narrate.cast import Proposal
from narrate.cli import run
from narrate.project import Project
from narrate.speakers import meetings_of, reasons
from narrate.work.proposals import proposals_for

RIGHT = 0.9
VOICES = Path(__file__).parents[1] / "voices"
GOLD = {
    "female": """
        Lady Bracknell, Gwendolen, Cecily, Miss Prism, Gwendolen and Cecily,
        Elizabeth, Elizabeth Bennet, Miss Elizabeth Bennet, Miss Elizabeth, Lizzy, Eliza, Miss Eliza, Miss Eliza Bennet,
        Jane, Jane Bennet, Miss Bennet, Lydia, Lydia Bennet, Kitty, Catherine Bennet, Mary, Mary Bennet, Mrs. Bennet,
        Charlotte, Charlotte Lucas, Miss Lucas, Mrs. Collins, Lady Lucas, Maria, Maria Lucas,
        Miss Bingley, Caroline, Caroline Bingley, Mrs. Hurst, Louisa, Mrs. Gardiner,
        Lady Catherine, Lady Catherine de Bourgh, Miss de Bourgh, Anne, Mrs. Jenkinson,
        Mrs. Phillips, Mrs. Philips, Miss Darcy, Georgiana, Mrs. Reynolds, Mrs. Long, Hill, Mrs. Hill, Mrs. Forster,
        her mother, her aunt, her sister, my mother, the housekeeper, her ladyship, the girl, the lady, her friend
    """,
    "male": """
        Jack, Algernon, Chasuble, Lane, Merriman, Jack and Algernon,
        Mr. Darcy, Darcy, Fitzwilliam Darcy, Mr. Bingley, Bingley, Charles, Wickham, Mr. Wickham, George Wickham,
        Mr. Bennet, Mr. Collins, Mr. Gardiner, Sir William, Sir William Lucas, Mr. Hurst, Mr. Denny, Denny,
        Colonel Fitzwilliam, Fitzwilliam, Colonel Forster, Mr. Phillips, Mr. Philips, Mr. Jones,
        her father, her uncle, her husband, the butler, the boy, the gentleman
    """,
}
GENDERS = {" ".join(name.split()): gender for gender, names in GOLD.items() for name in names.split(",")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("books", nargs="+", type=Path)
    parser.add_argument("--lines", type=int, default=10)
    options = parser.parse_args()
    good = True
    for book in options.books:
        with tempfile.TemporaryDirectory() as home:
            good &= table(book, Path(home), options.lines)
    raise SystemExit(0 if good else 1)


def table(book: Path, home: Path, lines: int) -> bool:
    """Print one book's table; whether it is good enough."""
    (home / "voices").symlink_to(VOICES)
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        if run(["--home", str(home), "new", str(book), "--project", str(home / "made")]):
            raise SystemExit(f"{book}: no project was made")
    project = Project(home / "made", home)
    cast = project.cast()
    scripts = [numbered for _, numbered in project.numbered_scripts()]
    proposals = proposals_for(project, scripts, cast, {})
    heard = [p for p in proposals if p.role.lines >= lines]
    print(f"\n| {project.settings.title} | lines | gold | found | voice | evidence |\n|---|---|---|---|---|---|")
    for proposal in heard:
        name, person = proposal.role.speaker, proposal.person
        mark = "" if right(proposal) else " ✗"
        voice = proposal.candidate.name if proposal.candidate else "none"
        found = ", ".join(filter(None, (person.gender or "not told", person.age)))
        gold = GENDERS.get(name, "not known")
        print(f"| {name} | {proposal.role.lines} | {gold} | {found}{mark} | {voice} | {reasons(person)} |")
    count = sum(map(right, heard))
    meetings = meetings_of(scripts, cast.aliases)
    voices = {p.role.speaker: p.candidate.voice.fingerprint for p in proposals if p.candidate}
    shared = [pair for pair in meetings.exchanges if len({voices.get(name, name) for name in pair}) < 2]
    print(f"\ngender right for {count} of {len(heard)} speakers of {lines} lines or more;", end=" ")
    print(
        f"{len(proposals)} speakers, {len(set(voices.values()))} voices, {len(proposals) - len(voices)} without;",
        end=" ",
    )
    print(f"of {len(meetings.exchanges)} pairs who talk to each other {len(shared)} share a voice")
    return bool(heard) and count >= RIGHT * len(heard) and not shared


def right(proposal: Proposal) -> bool:
    return proposal.person.gender == GENDERS.get(proposal.role.speaker)


if __name__ == "__main__":
    main()
