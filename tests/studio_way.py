"""The steps of the way from a book to its audiobook in the studio, for a mouse, a finger or the keyboard alone."""

import time
import zipfile
from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from studio import EXAMPLE, PHONE, Screen

from narrate.check import Verdict
from narrate.check.findings import Finding
from narrate.takes import TakeStore
from narrate.toml import read_toml

NAME = EXAMPLE.stem
TITLE = "The Lighthouse Clock"
SMALL = """
const hidden = ".skip, .visually-hidden, [tabindex='-1']";
const touched = "button, .button, nav a[href], .files a, .option, input[type=text], select, summary";
return [...document.querySelectorAll(touched)]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(hidden))
  .filter((e) => e.getBoundingClientRect().height < 43.5)
  .map((e) => `${e.outerHTML.slice(0, 80)} ${e.getBoundingClientRect().height}`);
"""


def go_the_whole_way(screen: Screen, project: Path, downloads: Path, pictures: str = "") -> None:
    """Make an audiobook of the example, and save it. Each screen on the way is looked at, and kept in `pictures`-…"""
    drop(screen, pictures)
    cast(screen, project, pictures)
    review(screen, project, pictures)
    render(screen, project, pictures)
    mend(screen, project, pictures)
    deliver(screen, project, downloads, pictures)
    assert screen.complaints == []


def look(screen: Screen, picture: str) -> None:
    """What is shown can be read and reached by all."""
    screen.picture(picture)
    assert screen.findings() == [], picture
    assert screen.overflow <= 0, f"{picture} is to be scrolled to the side"
    if screen.size == PHONE:
        assert screen.driver.execute_script(SMALL) == [], picture


def move(screen: Screen, name: str) -> None:
    """Go to another screen of the book, by its link or by its key."""
    if screen.hand == "keys":
        screen.keys(name[0])
    else:
        screen.click(f'#book-screens a[href^="#{name}"]')
    screen.wait(f"the screen {name}", lambda: screen.all(f".screen-{name} > *"))
    screen.wait("the heading", lambda: screen.driver.switch_to.active_element.get_attribute("id") == "heading")


def drop(screen: Screen, pictures: str) -> None:
    """An EPUB is dropped onto the shelf or chosen, is read at once, and is heard."""
    screen.wait("the shelf", lambda: screen.all(".first, .book"))
    look(screen, f"{pictures}shelf-empty")
    began = time.monotonic()
    if screen.hand == "mouse":
        at = screen.one(".drop").rect
        dragged = {"items": [], "files": [str(EXAMPLE)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "x": at["x"] + 50, "y": at["y"] + 50, "data": dragged}
            screen.driver.execute_cdp_cmd("Input.dispatchDragEvent", event)
    else:
        screen.give("#file", EXAMPLE)
        began = time.monotonic()
    screen.wait("the book", lambda: screen.one("#heading").text == TITLE)
    read_s = time.monotonic() - began
    screen.click(".about .hear")
    screen.wait("sound", lambda: screen.played_s > 0)
    heard_s = time.monotonic() - began
    print(f"\nfrom dropping the book: read after {read_s:.1f} s, first sound after {heard_s:.1f} s")
    assert "4 chapters · 104 lines · 942 words · 4 speakers" in screen.one("#facts").text
    assert [name.text for name in screen.all(".speakers .name")] == ["narrator", "Ada", "Mr. Pell", "Tobias"]
    screen.click(".chapters summary")
    screen.wait("its lines", lambda: len(screen.all(".lines li")) > 20)
    assert screen.all(".lines li")[2].text == "Ada “Remove it,”"
    assert screen.focused
    look(screen, f"{pictures}book")


def cast(screen: Screen, project: Path, pictures: str) -> None:
    """Two voices are cast, each after it was heard saying a line of the book."""
    move(screen, "cast")
    for speaker, voice, rival in (("Ada", "clara", "rosalind"), ("Mr. Pell", "silas", "edgar")):
        own = f'[data-speaker="{speaker}"]'
        screen.click(f"{own} [aria-expanded=false]")
        assert screen.wait("a line", lambda own=own: screen.one(f"{own} .choice select").get_attribute("value"))  # type: ignore[misc]
        for candidate in (rival, voice):
            screen.click(f'{own} [data-voice="{candidate}"] .hear')
            hear = f'{own} [data-voice="{candidate}"] .hear.playing'
            screen.wait(f"{candidate}'s sound", lambda hear=hear: screen.all(hear) and screen.played_s > 0)  # type: ignore[misc]
        if speaker == "Ada":
            look(screen, f"{pictures}cast")
        screen.click(f'{own} [data-voice="{voice}"] button[aria-pressed]:not(.hear)')
        screen.wait("its word", lambda voice=voice: f"speaks with {voice} now" in screen.said)  # type: ignore[misc]
        assert screen.focused
        assert read_toml(project / "cast.toml").entries[speaker] == voice
        screen.click(f"{own} [aria-expanded=true]")
        assert screen.focused
    screen.click("#propose")
    screen.wait("a proposal", lambda: "1 voice proposed" in screen.said)
    assert read_toml(project / "cast.toml").entries["Tobias"] not in ("auto", "clara", "silas", "narrator")
    look(screen, f"{pictures}cast-proposed")


def review(screen: Screen, project: Path, pictures: str) -> None:
    """The quotations that are unsure are decided: by a key or a click, and by a name that is typed."""
    screen.wait("a question", lambda: screen.all("#unsure blockquote"))
    screen.driver.execute_script("document.querySelector('#unsure').scrollIntoView({ block: 'center' })")
    screen.picture(f"{pictures}review", top=False)
    assert "3 quotations are unsure" in screen.one("#unsure").text
    first = screen.one("#unsure [data-key='1']").text.split()[0]
    if screen.hand == "finger":
        screen.click("#unsure [data-key='1']")
    else:
        screen.keys("1")
    screen.wait("the next", lambda: "2 quotations are unsure" in screen.one("#unsure").text)
    assert screen.said == f"{first} says it."
    screen.click("#unsure [data-key='n']")
    screen.wait("the last", lambda: "1 quotation is unsure" in screen.one("#unsure").text)
    screen.write("#other", "Tobias")
    screen.keys(Keys.ENTER)
    screen.wait("the end", lambda: "Every quotation has a sure speaker" in screen.one("#unsure").text)
    assert screen.focused
    table = (project / "script" / "attribution.tsv").read_text("utf-8")
    assert table.count("\tperson\t") == 3


def render(screen: Screen, project: Path, pictures: str) -> None:
    """The render is started, watched, stopped and gone on with; a line that fails its checks is shown."""
    move(screen, "render")
    screen.wait("the plan", lambda: "lines to speak" in screen.one("#told").text)
    look(screen, f"{pictures}render-plan")
    screen.click("#start")
    screen.wait("speed", lambda: "×" in screen.one("#figures-now").text, 120)
    screen.wait("the picture", lambda: screen.all("#speed-now svg"))
    screen.wait("some lines", lambda: spoken(screen) > 20)
    look(screen, f"{pictures}render")
    if screen.hand == "keys":
        assert screen.driver.switch_to.active_element.get_attribute("id") == "start", "it has become the stop"
        screen.keys(Keys.SPACE)
    else:
        screen.click("#start")
    screen.wait("a stop", lambda: screen.one("#start").text in ("Go on", "Start") or screen.all(".now a:not([hidden])"))
    stopped = len(list((project / "takes").rglob("*.flac")))
    assert stopped > 0, "what is spoken is kept"
    if screen.one("#start").is_displayed():
        screen.picture(f"{pictures}render-stopped")
        screen.click("#start")
    screen.wait("all of it", lambda: "Every line is spoken." in screen.one("#told").text, 180)
    assert screen.focused, "the button is gone, and its focus goes on"
    assert len(list((project / "takes").rglob("*.flac"))) >= stopped
    takes = TakeStore(project / "takes")
    key = next(key for key in takes if str(takes.asked(key)["text"]).startswith("The clock stood"))
    takes.annotate(key, {"verdict": Verdict(2.0, (Finding("hole", 2.0, "a hole of 0.8 s"),)).noted()})
    screen.driver.refresh()
    screen.wait("the line", lambda: "a hole of 0.8 s" in screen.one(".doubts").text)
    look(screen, f"{pictures}render-done")


def spoken(screen: Screen) -> int:
    """How many lines the render says that it has spoken."""
    return int(screen.one("#figures-now dd").text.split()[0])


def mend(screen: Screen, project: Path, pictures: str) -> None:
    """A line is changed on the proof page, and heard anew; then back."""
    screen.click(".now a.primary")
    line = '.line[data-place="1:6"]'
    screen.wait("the text", lambda: screen.all(line))
    screen.wait("the chapter's sound", lambda: screen.driver.execute_script("return Player.audio.duration || 0") > 60)
    if screen.hand == "keys":
        for _ in range(10):  # from the chapter's head
            if not screen.all(f"{line}[aria-current]"):
                screen.keys("j")
        screen.keys("e")
    elif screen.hand == "finger":
        screen.click(line)
        screen.picture(f"{pictures}proof-text")
        while not screen.one("#side").is_displayed():  # once more for its details, or twice: it may have been read on
            screen.click(line)
    else:
        screen.click(line)
    screen.wait("the form", lambda: screen.one("#d-save").is_displayed())
    assert "Line 1:6" in screen.one("#d-title").text
    screen.write("#d-text", "said Ada, holding the page up to the window.")
    screen.picture(f"{pictures}proof")
    if screen.hand == "keys":
        ActionChains(screen.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    else:
        screen.click("#d-save")
    screen.wait("the changed line", lambda: "up to the window" in str(screen.one(line).get_attribute("textContent")))
    assert "up to the window" in next((project / "script").glob("01-*.txt")).read_text("utf-8")
    look(screen, f"{pictures}proof-mended")
    screen.click("#back")
    screen.wait("the book", lambda: screen.one("#heading").text == TITLE)


def deliver(screen: Screen, project: Path, downloads: Path, pictures: str) -> None:
    """Files are made in two formats, checked, and saved."""
    behaviour = {"behavior": "allow", "downloadPath": str(downloads)}
    screen.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    move(screen, "deliver")
    screen.wait("formats", lambda: screen.one("input[value=m4b]").is_selected())
    screen.click("input[value=mp3]")
    look(screen, f"{pictures}deliver-choice")
    screen.click("#make-files")
    screen.wait("the files", lambda: screen.said == "The audiobook is made.", 240)
    screen.wait("their links", lambda: len(screen.all(".files > li")) == 2)
    assert "up to date" in screen.one("[data-form=m4b]").text
    assert screen.focused
    if screen.hand == "keys":  # the way down is the way that a person goes
        save(screen)
    screen.click("#check")
    screen.wait("the checks", lambda: screen.all(".checks li"))
    assert "Every word of 1" in screen.one(".checks").text
    look(screen, f"{pictures}deliver")
    if screen.hand != "keys":
        save(screen)
    m4b, mp3s = downloads / f"{NAME}.m4b", downloads / f"{NAME}-mp3.zip"
    screen.wait("both on the disk", lambda: m4b.is_file() and mp3s.is_file())
    assert m4b.read_bytes() == (project / "out" / f"{NAME}.m4b").read_bytes()
    with zipfile.ZipFile(mp3s) as archive:
        assert archive.testzip() is None
        there = {path.relative_to(project / "out").as_posix() for path in (project / "out" / "mp3").iterdir()}
        assert set(archive.namelist()) == there


def save(screen: Screen) -> None:
    """Save what is made."""
    for number in (1, 2):
        screen.click(f".files > li:nth-child({number}) > a")
