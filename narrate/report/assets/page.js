// The whole page: which chapter is open, which line is chosen, and what the keys do.
"use strict";

const Page = (() => {
  const SKIP_S = 5;
  /** @type {Book} */
  let book;
  /** @type {Chapter | null} */
  let open = null;
  /** @type {Line | null} */
  let chosen = null;
  let following = true;
  let [looked, counted] = [0, Date.now()]; // when takes that have landed were looked for
  const narrow = matchMedia("(max-width: 52rem)"); // as page.css has it
  let opening = 0; // counts chapters asked for: only the last one is shown

  /** Keys, what they do, and how the help names them. @type {[string[], string, (event: KeyboardEvent) => void][]} */
  const KEYS = [
    [[" "], "play or pause", () => toggle()],
    [["j", "ArrowDown"], "line after", () => step(1)],
    [["k", "ArrowUp"], "line before", () => step(-1)],
    [["Enter"], "play from this line", () => chosen && Player.seek(chosen, "go on")],
    [["o"], "this line alone", () => chosen && Player.seek(chosen, "alone")],
    [["t"], "this line's next take", () => Details.nextTake()],
    [["n"], "next line to review", () => review(1)],
    [["p"], "line to review before", () => review(-1)],
    [["ArrowRight"], `${SKIP_S} s on`, () => Player.goTo(Player.audio.currentTime + SKIP_S)],
    [["ArrowLeft"], `${SKIP_S} s back`, () => Player.goTo(Player.audio.currentTime - SKIP_S)],
    [["]"], "next chapter", () => turn(1)],
    [["["], "chapter before", () => turn(-1)],
    [[">"], "faster", () => faster(1)],
    [["<"], "slower", () => faster(-1)],
    [["+", "="], "waveform wider", () => Wave.widen(1)],
    [["-"], "waveform narrower", () => Wave.widen(-1)],
    [["/"], "search in the text", () => Panels.search()],
    [["e"], "change this line (with a server)", () => edit()],
    [["w"], "say a name otherwise (with a server)", () => edit(true)],
    [["r"], "another take (with a server)", () => Details.retake()],
    [["a"], "accept this line (with a server)", () => Details.accept()],
    [["m"], "bring the audiobook up to date (with a server)", () => make()],
    [["Escape"], "leave a field or panel", () => Panels.close()],
    [["?"], "this help", () => help()],
  ];
  const LOOK_MS = 3000; // between two looks for takes that have landed in the chapter that is open; ten times that in the book

  async function start() {
    Player.open(read, readOn);
    try {
      book = await Data.book();
    } catch {
      return Dom.say("The page's data are missing: `narrate assemble` writes them.", true);
    }
    showBook();
    Details.cast(book.speakers.map((speaker) => speaker.name));
    try {
      Wave.open(Player.audio, (seconds) => { Player.goTo(seconds); following = true; });
    } catch (error) {
      Dom.byId("wave-box").hidden = true; // the page works without it
      console.warn(error);
    }
    listen();
    Search.open(() => book.chapters, (place) => choose(place, "stay"));
    await Live.open({
      line: update,
      assembled: renew,
      progress: landed,
      speaks: () => { Details.refresh(); Made.draw(); },
      doing: (doing) => { Made.follow(doing); Details.refresh(); },
      deliverables: Made.show,
      state: (state) => {
        Details.cast(state.speakers);
        Made.show(state.deliverables);
        Made.follow(state.doing);
      },
    });
    Made.draw(); // with its button, where there is a server
    await goToHash();
    if (document.activeElement === document.body) Dom.byId("main").focus(); // so that the keys that scroll do
  }

  function showBook() {
    document.documentElement.lang = book.language;
    Dom.byId("byline").textContent = [book.author, book.report.audio_s && Dom.clock(book.report.audio_s)].filter(Boolean).join(" · ");
    Text.colour(book.speakers);
    Lists.show(book, (place) => { Panels.close(); choose(place, "alone"); });
    if (!Live.on) Made.show(book.deliverables);
    Search.forget();
  }

  /** Open the chapter that the address names, at its line if it names one. */
  async function goToHash() {
    if (location.hash === "#report") return showReport(true);
    const [, chapter, line] = /^#(\d+)(?::(\d+))?$/.exec(location.hash) ?? [];
    const number = Number(chapter ?? book.chapters[0]?.number);
    if (line) await choose(`${number}:${line}`, "stay");
    else await openChapter(number);
  }

  /**
   * Open a chapter, unless it is open. Whether it is open now.
   * @param {number} number
   * @param {boolean} [anew]
   */
  async function openChapter(number, anew = false) {
    showReport(false);
    if (!anew && open?.number === number) return true;
    if (!book.chapters.some((entry) => entry.number === number)) return false;
    const turnOf = ++opening;
    const found = await Data.chapter(number).catch((error) => {
      Dom.say(`Chapter ${number}: ${error instanceof Error ? error.message : error}`, true);
      return null;
    });
    if (!found || turnOf !== opening) return false;
    open = found;
    chosen = null;
    following = true;
    Text.show(found);
    Player.show(found, book.takes);
    Wave.show(found);
    Lists.mark(number, "");
    Dom.byId("where").textContent = found.title;
    if (!anew) Dom.byId("main").scrollTop = 0;
    return true;
  }

  /**
   * Choose a line by its place, in whatever chapter, and hear it or not.
   * @param {string} place
   * @param {"stay" | "go on" | "alone"} how
   */
  async function choose(place, how) {
    if (!(await openChapter(Number(place.split(":")[0])))) return;
    const line = open?.lines.find((other) => other.place === place);
    if (!line) return Dom.say(`There is no line ${place}.`);
    following = true;
    select(line);
    Player.seek(line, how);
    if (how !== "stay" && line.verdict === "missing") Dom.say(`Line ${place} is not made yet.`);
  }

  /** Show that a line is the one we are at. @param {Line} line */
  function select(line) {
    chosen = line;
    Text.mark(line.place);
    Text.focus(line.place);
    Wave.mark(line.place);
    Lists.mark(open?.number ?? 0, line.place);
    Dom.byId("where").textContent = `${line.place} ${line.speaker}`;
    if (!Dom.byId("details").contains(document.activeElement)) Details.show(line);
    if (following) {
      Text.scrollTo(line.place);
      if (line.start_s !== null) Wave.reveal(line.start_s);
    }
    history.replaceState(null, "", `#${line.place}`);
    Dom.byId("follow").hidden = following;
  }

  /** The audio has come to a line. @param {Line | null} line */
  function read(line) {
    // A line whose take is newer than the audio stays chosen until the audio is read on.
    if (line && (Player.goesOn() || !chosen || !Player.stale(chosen)) && line !== chosen) select(line);
  }

  /** A chapter without a sound of its own is read take by take, as far as they go. @param {Line} line */
  function readOn(line) {
    const lines = open?.lines.filter((other) => other.voice) ?? [];
    const next = lines[lines.indexOf(line) + 1];
    if (!next?.take) return Dom.say(next ? `Line ${next.place} is not made yet.` : "The chapter's end.");
    select(next);
    Player.seek(next, "go on");
  }

  function toggle() {
    const first = chosen?.take ? chosen : open?.lines.find((line) => line.take);
    if (!Player.byTakes() || Player.goesOn() || !first) return Player.toggle();
    select(first);
    Player.seek(first, "go on");
  }

  /** To a spoken line further on or back. @param {number} by */
  function step(by) {
    const lines = open?.lines.filter((line) => line.voice) ?? [];
    if (!lines.length) return;
    const at = chosen ? lines.indexOf(chosen) : -1;
    const line = lines[Math.min(lines.length - 1, Math.max(0, at + by))];
    const going = Player.goesOn();
    following = true;
    select(line);
    Player.seek(line, going ? "go on" : "stay");
  }

  /** @param {number} by */
  function review(by) {
    const place = Lists.beside(chosen?.place ?? "", by);
    if (place) choose(place, "alone");
    else Dom.say("There is nothing to review.");
  }

  /** @param {number} by */
  function turn(by) {
    const at = book.chapters.findIndex((entry) => entry.number === open?.number);
    const next = book.chapters[at + by];
    if (next) location.hash = `#${next.number}`;
  }

  /** @param {number} by */
  function faster(by) {
    const select = Dom.byId("speed");
    select.selectedIndex = Math.min(select.options.length - 1, Math.max(0, select.selectedIndex + by));
    Player.speed(Number(select.value));
    Dom.say(`Speed ${select.value}×`);
  }

  const help = () => Dom.help(KEYS.map(([keys, words]) => [keys, words]));
  const make = () => { if (!Dom.byId("make").disabled && Live.on && !Live.doing && !Dom.byId("made").hidden) Made.press(); };

  /** Change the line, or how one of its words is said. @param {boolean} [word] */
  function edit(word = false) {
    if (!Live.on) return Dom.say("Lines can be changed here when `narrate proof PROJECT` serves the page.");
    if (!(word ? Live.alone : Live.speaks)) return Dom.say(`${Live.doing ? "The page is at work" : "Another process works"} on this book; lines can be changed when it has ended.`);
    Panels.show("side");
    if (word) Words.open();
    else Dom.byId("d-text")?.focus();
  }

  /**
   * A line has changed: show it, its times those of the audio that we have.
   * @param {Line} changed
   */
  function update(changed) {
    const line = open?.lines.find((other) => other.place === changed.place);
    if (line) {
      const { start_s, end_s, assembled } = line;
      Object.assign(line, changed, { start_s, end_s, assembled });
      Text.update(line);
      Wave.redraw();
      if (Details.isShown(line.place)) Details.show(line, true);
      if (open) Player.playable(open);
    }
    Lists.update(changed);
    Search.update(changed);
  }

  /**
   * Lines are being made: those of the chapter that is open can be heard from now on.
   * @param {boolean} going whether more will come
   */
  async function landed(going) {
    if (!open || (going && (Date.now() - looked < LOOK_MS || document.hidden))) return;
    if (Date.now() - counted > 10 * LOOK_MS && !document.activeElement?.closest(".panel")) {
      counted = Date.now();
      book = await Data.book();
      showBook();
      Lists.mark(open.number, chosen?.place ?? "");
    }
    if (!open.lines.some((line) => line.verdict === "missing")) return;
    looked = Date.now();
    const [before, now] = [open, await Data.chapter(open.number)];
    if (open !== before) return;
    now.lines.forEach((line, n) => {
      const old = before.lines[n];
      if (old?.place === line.place && (old.take !== line.take || old.verdict !== line.verdict)) update(line);
    });
  }

  /** The book was assembled anew. */
  async function renew() {
    const [place, number] = [chosen?.place, open?.number];
    book = await Data.book();
    showBook();
    if (number === undefined) return;
    const playing = Player.goesOn();
    if (!(await openChapter(number, true))) return;
    const line = open?.lines.find((other) => other.place === place);
    if (line) {
      select(line);
      Details.show(line, true);
      Player.seek(line, playing ? "go on" : "stay");
    }
    Dom.say("The chapter is assembled anew.");
  }

  /** @param {boolean} shown */
  function showReport(shown) {
    Dom.byId("report").hidden = !shown;
    Dom.byId("text").hidden = shown;
    if (!shown) return;
    Panels.close();
    Dom.byId("report-title").focus();
    Lists.showPictures();
  }

  function listen() {
    document.addEventListener("keydown", press);
    window.addEventListener("hashchange", () => { if (location.hash !== `#${chosen?.place}`) goToHash(); });
    Dom.byId("text").addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const span = event.target instanceof Element ? event.target.closest(".line") : null;
      // Words that were marked to be copied are no click.
      if (!(span instanceof HTMLElement) || getSelection()?.isCollapsed === false) return;
      if (narrow.matches && span.dataset.place === chosen?.place && Player.goesOn()) details(); // a second tap
      else choose(span.dataset.place ?? "", "go on");
    });
    for (const event of ["wheel", "touchmove"]) {
      Dom.byId("main").addEventListener(event, () => {
        following = false;
        Dom.byId("follow").hidden = !Player.goesOn();
      }, { passive: true });
    }
    Dom.byId("follow").onclick = () => { following = true; if (chosen) select(chosen); };
    Dom.byId("play").onclick = toggle;
    Dom.byId("previous").onclick = () => step(-1);
    Dom.byId("next").onclick = () => step(1);
    Dom.byId("wider").onclick = () => Wave.widen(1);
    Dom.byId("narrower").onclick = () => Wave.widen(-1);
    Dom.byId("where").onclick = details;
    Dom.byId("speed").onchange = () => Player.speed(Number(Dom.byId("speed").value));
    Dom.byId("make").onclick = () => Made.press();
    Dom.byId("show-help").onclick = help;
    Dom.byId("show-report").onclick = () => { history.replaceState(null, "", "#report"); showReport(true); };
    Dom.byId("chapters").addEventListener("click", () => { showReport(false); Panels.close(); });
    Panels.open();
  }

  /** Show the line that is chosen, which in a narrow window is behind the text; who looks at it there wants quiet. */
  function details() {
    if (narrow.matches) Player.stop();
    if (chosen) Details.show(chosen, true);
    Panels.show("side");
    Dom.byId("d-title").focus();
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.closest("#details")) return target.closest("#d-word") ? Words.say() : Details.save();
    if (event.ctrlKey || event.metaKey || event.altKey || Dom.helping) return;
    if (target.closest("input, textarea, select") && event.key !== "Escape") return;
    // A button is pressed by these keys, but a sentence only looks like one: there they play.
    if ([" ", "Enter"].includes(event.key) && target.closest("button, a, summary")) return;
    const known = KEYS.find(([keys]) => keys.includes(event.key));
    if (!known) return;
    event.preventDefault();
    known[2](event);
  }

  start();
  return { update };
})();
