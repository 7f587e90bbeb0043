"""What is done before anybody asks for it, so that whoever brings a book waits less."""

from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from narrate.engine import ENGINES, Wanted, choose_engine, find_models, kinds_needed
from narrate.errors import NarrateError
from narrate.script import NARRATOR
from narrate.takes import Request
from narrate.voices import EMBEDDED, find_voice, shelves_of
from narrate.work.hear import cast_by_ear
from narrate.work.opening import project_named
from narrate.work.overview import overview_of
from narrate.work.run import Opens
from narrate.work.shelf import begin_book

_BOOK = "# One\n\n“Come in,” said Anna, on 3 May.\n"
_WORD = "Yes."


def begin_ahead() -> None:
    """Put a tiny book on a shelf that is gone again: the first real one need not wait for what that loads."""
    import narrate.readers.epub  # noqa: F401

    wanted = Wanted(engine="draft")
    with suppress(NarrateError), TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        file = home / "first.md"
        file.write_text(_BOOK, "utf-8")
        project = project_named(begin_book(file, home, wanted).name, home)
        cast_by_ear(project, ())
        overview_of(project, wanted)


def open_ahead(home: Path, wanted: Wanted, opens: Opens, voice: str = "", *, light: bool = False) -> None:
    """Have the engine open that will read a new book with `voice`, else with the embedded one, where it can be.

    It has then said a word: some load what they need with their first line. With `light`, one that takes a GPU's
    memory from others is left until there is a book.
    """
    with suppress(NarrateError):  # who needs it will be told
        narrator = find_voice(voice or EMBEDDED, shelves_of(home))
        name = choose_engine(wanted.engine or "auto", [narrator], wanted.place).name
        if light and ENGINES[name].needs_gpu:
            return
        needed = kinds_needed({NARRATOR: narrator})
        models = find_models(name, needed, wanted.models, exact_upstream=wanted.exact_upstream)
        model = models[narrator.model_kind]
        word = Request(_WORD, narrator, "en", engine=name, model=model.name, sampling=model.sampling)
        with closing(opens(name, [each.path for each in models.values()], wanted)) as engine:
            for _ in engine.speak([word]):
                pass
