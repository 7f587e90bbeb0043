"""What the checks catch, what they take for bad that is good, and what they cost.

    python benchmarks/checks.py [--full --asr-model DIR] [--voice NAME] [--good 300] [--each 100] [--book BOOK]
    python benchmarks/checks.py --retries 1000 [--voice NAME]
    python benchmarks/checks.py --alarms
    python benchmarks/checks.py --healthy BOOK... [--voice NAME]
    python benchmarks/checks.py --takes PROJECT/takes [--threads N]

The first makes good takes with the draft engine and spoils them in every way of tests/faults.py
(or has the engine say something else), learns the voice from the good ones and from a tenth as many
bad ones, as a render would, and judges all. The second renders lines with an engine that spoils one
take in ten at random, and counts what it takes to have them all good. The third renders every example,
its first lines alone and its short lines alone with every draft voice of the shelf, as a book of its own,
and counts the alarms. The fourth renders whole books together, as one book with one draft voice, and counts the alarms
by rule and the audio that another attempt at them would cost. The fifth times the light checks on takes that are there,
by any engine: CPU and wall time for each second of audio, and what failed.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import faults  # noqa: E402

from narrate.audio import Audio  # noqa: E402
from narrate.cast import Manner, spoken_text  # noqa: E402
from narrate.check import Ears, Recogniser, SpeakerEncoder, Watch, verdict  # noqa: E402
from narrate.check.light import light  # noqa: E402
from narrate.check.measures import measure  # noqa: E402
from narrate.check.norms import learn  # noqa: E402
from narrate.check.voiceprint import learn_print  # noqa: E402
from narrate.check.watch import UNJUDGED, Judged, judge  # noqa: E402
from narrate.engine.draft import DraftEngine  # noqa: E402
from narrate.readers import read_book, read_show  # noqa: E402
from narrate.speakers import split_lines  # noqa: E402
from narrate.speakers.adapt import adapt  # noqa: E402
from narrate.takes import Request, TakeStore  # noqa: E402
from narrate.voices import DraftVoice, find_voice  # noqa: E402
from narrate.work import render_checked  # noqa: E402

SHELF = ROOT / "voices"
EXAMPLES = ("the-lighthouse-clock.epub", "the-orchard-wall.md", "the-last-bus.txt")
SHOWS = ("two-voices.script", "night-ferry.fountain")
OTHERS = ("narrator", "george", "edith", "alice")  # voices that a take may be in by mistake
FIRST = (1, 3, 10, 30)  # lines, of very short books
GOOD = "good"


def lines(books: Iterable[Path]) -> list[str]:
    """The sentences of tests/lines.txt, of `books` and of the example script, as they are spoken."""
    found = (ROOT / "tests" / "lines.txt").read_text("utf-8").splitlines()
    for book in (*books, ROOT / "examples" / SHOWS[0]):
        found += spoken(book)
    return list(dict.fromkeys(found))


def spoken(book: Path) -> list[str]:
    """The lines of a book or a show, in order, as they are spoken."""
    if book.name in SHOWS:
        scripts = [split_lines(script) for script in read_show(book, book.read_bytes()).scripts]
    else:
        scripts = list(adapt(read_book(book)))
    manner = Manner("en", "draft", {})
    return [spoken_text(line, manner) for script in scripts for line in script.lines if line.speakable]


def table(options: argparse.Namespace) -> None:
    texts = lines([options.book] if options.book else [ROOT / "examples" / name for name in EXAMPLES])
    draws = np.random.default_rng(options.seed)
    chosen = [texts[at] for at in draws.permutation(len(texts))[: options.good]]
    voice, *others = [find_voice(name, [SHELF]) for name in dict.fromkeys((options.voice, *OTHERS))]
    shelf = [v for v in others if isinstance(v, DraftVoice)]
    with DraftEngine() as engine:
        good = sorted(engine.speak(Request(text, voice) for text in chosen), key=lambda take: take[0].text)
        bad = list(faults.spoil(engine, good, shelf, options.each, options.seed))
    takes = [(GOOD, r, a) for r, a in good] + [(s.kind, s.request, s.audio) for s in bad]
    seconds = sum(audio.seconds for _, _, audio in takes)

    began = time.process_time()
    judged = [Judged(request, measure(audio), False, UNJUDGED) for _, request, audio in takes]
    measuring_s = time.process_time() - began
    known = judged[: len(good)] + [judged[at] for at in len(good) + draws.permutation(len(bad))[: len(good) // 10]]
    norms = learn([(j.request.text, j.measures) for j in known])
    began = time.process_time()
    by_light = [judge(j, norms, None) for j in judged]
    judging_s = time.process_time() - began
    print(f"{len(good)} good takes of {voice.name} and {options.each} of each fault: {seconds / 3600:.2f} h of audio")
    print(f"light: {1000 * measuring_s / seconds:.3f} ms of CPU for a second of audio to measure, "
          f"{1000 * judging_s / len(takes):.3f} ms for a take to judge")  # fmt: skip
    results = {"light": by_light}
    if options.full:
        ears = Ears(Recogniser(options.asr_model, "en"), SpeakerEncoder())
        learned = {id(j) for j in known}
        # What the light checks have caught is caught: it is not listened to, but for what the voice is learned from.
        heard = [n for n, j in enumerate(judged) if by_light[n].passed or id(j) in learned]
        listened_s = sum(takes[n][2].seconds for n in heard)
        began, wall = time.process_time(), time.monotonic()
        for first in range(0, len(heard), 16):
            part = heard[first : first + 16]
            found = ears.hear([(takes[n][1], takes[n][2], not by_light[n].passed) for n in part])
            for n, by_ear in zip(part, found, strict=True):
                judged[n].heard, judged[n].voice = by_ear.findings, by_ear.voice
        cpu_s, wall_s = time.process_time() - began, time.monotonic() - wall
        print(
            f"full: {1000 * cpu_s / listened_s:.1f} ms of CPU a second of audio, {listened_s / wall_s:.0f} s a second"
        )
        voiceprint = learn_print([j.voice for j in known if j.voice is not None])
        results["full"] = [judge(j, norms, voiceprint) for j in judged]
    report(takes, results, options.misses)


def report(takes: list[tuple[str, Request, Audio]], results: dict, misses: bool) -> None:
    print(f"\n{'kind':<26}{'takes':>6}" + "".join(f"{name:>9}" for name in results) + "  by")
    total: Counter[str] = Counter()
    for kind in (GOOD, *faults.KINDS):
        at = [n for n, take in enumerate(takes) if take[0] == kind]
        row = f"{kind:<26}{len(at):>6}"
        for name, verdicts in results.items():
            caught = sum(not verdicts[n].passed for n in at)
            total[name] += caught * (kind != GOOD)
            row += f"{caught / len(at):>9.1%}"
        last = list(results.values())[-1]
        rules = Counter(last[n].failed[0].rule for n in at if last[n].failed)
        print(row + "  " + ", ".join(f"{rule} {count}" for rule, count in rules.most_common(4)))
        if misses:
            for n in at:
                if last[n].passed != (kind == GOOD):
                    print(f"      {takes[n][1].text[:70]!r}  {last[n].score:.2f} {last[n].why}")
    bad = sum(take[0] != GOOD for take in takes)
    print(f"{'all that is bad':<26}{bad:>6}" + "".join(f"{total[name] / bad:>9.1%}" for name in results))


def cost(options: argparse.Namespace) -> None:
    store = TakeStore(options.takes)
    keys = list(store)[: options.good if options.good else None]
    audios = [store.get(key) for key in keys]
    comments = [store.asked(key) for key in keys]
    seconds = sum(audio.seconds for audio in audios)
    with ThreadPoolExecutor(options.threads) as threads:
        list(threads.map(measure, audios[:64]))  # caches filled
        began, wall = time.process_time(), time.monotonic()
        measured = list(threads.map(measure, audios))
        cpu_s, wall_s = time.process_time() - began, time.monotonic() - wall
    voices: dict[object, list[int]] = {}
    for n, comment in enumerate(comments):
        voices.setdefault(comment["voice"], []).append(n)
    began, failed, rules = time.process_time(), 0, Counter[str]()
    for at in voices.values():
        norms = learn([(str(comments[n]["text"]), measured[n]) for n in at])
        for n in at:
            found = verdict(light(measured[n], str(comments[n]["text"]), norms, capped=bool(comments[n].get("capped"))))
            failed += not found.passed
            rules.update(finding.rule for finding in found.failed)
    judging_s = time.process_time() - began
    print(f"{len(keys)} takes of {len(voices)} voices, {seconds:.0f} s of audio, {options.threads} threads")
    print(
        f"measure: {1000 * cpu_s / seconds:.3f} ms of CPU, {1000 * wall_s / seconds:.3f} ms of wall a second of audio"
    )
    print(f"learn and judge: {1000 * judging_s / len(keys):.3f} ms of CPU a take, once a round")
    print(f"failed: {failed} ({failed / len(keys):.2%}), by {dict(rules.most_common())}")


def retries(options: argparse.Namespace) -> None:
    texts = lines([ROOT / "examples" / name for name in EXAMPLES])
    voice = find_voice(options.voice, [SHELF])
    with DraftEngine() as engine:
        good = list(engine.speak(Request(text, voice) for text in texts))
    spoiling = faults.Spoiling(good, 0.1)
    asked = [Request(texts[n % len(texts)], voice, take=1 + n // len(texts)) for n in range(options.retries)]
    with tempfile.TemporaryDirectory() as folder:
        store = TakeStore(Path(folder))
        watch = Watch(store, attempts=4)
        made = list(render_checked(spoiling, asked, store, threading.Event(), watch))
        kept = [replace(r, attempt=int(str(store.asked(r.key)["attempt"]))) for r in asked]
    audio_s, again_s = (sum(m.seconds for m in made if m.again is again) for again in (False, True))
    print(f"{len(asked)} lines, {sum(r.seed in spoiling.spoilt for r in asked)} first attempts spoilt")
    print(f"calls of speak: {spoiling.calls}; {again_s / audio_s:.1%} more audio made")
    print(f"spoilt takes kept: {sum(r.seed in spoiling.spoilt for r in kept)}; quarantined: {len(watch.quarantined())}")


def alarms() -> None:
    """Every line is good here, so that everything in quarantine is a false alarm."""
    whole = {name: spoken(ROOT / "examples" / name) for name in (*EXAMPLES, *SHOWS)}
    books = dict(whole)
    for name, texts in whole.items():
        books |= {f"{name}, first {count}": texts[:count] for count in FIRST}
        books[f"{name}, three words at most"] = [text for text in texts if len(text.split()) <= 3]
    shelf = [find_voice(path.name, [SHELF]) for path in sorted(SHELF.iterdir()) if path.is_dir()]
    shelf = [voice for voice in shelf if isinstance(voice, DraftVoice)]
    total = failed = 0
    with DraftEngine() as engine, tempfile.TemporaryDirectory() as folder:
        for voice in shelf:
            texts = dict.fromkeys(text for book in whole.values() for text in book)
            engine_of_takes = faults.Recorded(list(engine.speak(Request(text, voice) for text in texts)))
            for name, book in books.items():
                asked = [Request(text, voice) for text in dict.fromkeys(book)]
                store = TakeStore(Path(folder) / voice.name / name)
                watch = Watch(store, attempts=1, order=[request.key for request in asked])
                list(render_checked(engine_of_takes, asked, store, threading.Event(), watch))
                total, failed = total + len(asked), failed + len(watch.quarantined())
                for judged in watch.quarantined():
                    print(f"{voice.name}, {name}: {judged.request.text[:50]!r} {judged.verdict.why}")
    print(f"{len(shelf)} voices, {len(books)} books each, {total} lines: {failed} false alarms")


def healthy(options: argparse.Namespace) -> None:
    """As `alarms`: nothing is spoilt."""
    voice = find_voice(options.voice, [SHELF])
    texts = dict.fromkeys(text for book in options.healthy for text in spoken(book))
    asked = [Request(text, voice) for text in texts]
    with DraftEngine() as engine, tempfile.TemporaryDirectory() as folder:
        watch = Watch(TakeStore(Path(folder)), attempts=1, order=[request.key for request in asked])
        longest_first = sorted(asked, key=lambda request: (-len(request.text), request.text))
        made = list(render_checked(engine, longest_first, TakeStore(Path(folder)), threading.Event(), watch))
    failed = watch.quarantined()
    for judged in failed:
        print(f"{judged.request.text[:70]!r} {judged.verdict.score:.2f} {judged.verdict.why}")
    seconds, again_s = sum(m.seconds for m in made), sum(judged.measures.seconds for judged in failed)
    rules = dict(Counter(judged.verdict.failed[0].rule for judged in failed))
    found = f"{len(failed)} false alarms {rules or ''}"
    print(f"{voice.name}: {len(asked)} lines, {found}, {again_s / seconds:.2%} of the audio")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", default="narrator")
    parser.add_argument("--good", type=int, default=300)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--book", type=Path, help="lines of this book instead of the examples'")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--asr-model", default="")
    parser.add_argument("--misses", action="store_true", help="list what was judged wrongly")
    parser.add_argument(
        "--retries", type=int, default=0, metavar="LINES", help="render with an engine that spoils takes"
    )
    parser.add_argument("--alarms", action="store_true", help="count the false alarms on the examples, every voice")
    parser.add_argument("--healthy", type=Path, nargs="+", metavar="BOOK", help="count the false alarms on whole books")
    parser.add_argument("--takes", type=Path, help="time the light checks on the takes in this folder")
    parser.add_argument("--threads", type=int, default=4)
    options = parser.parse_args()
    if options.takes:
        cost(options)
    elif options.alarms:
        alarms()
    elif options.healthy:
        healthy(options)
    elif options.retries:
        retries(options)
    else:
        table(options)


if __name__ == "__main__":
    main()
