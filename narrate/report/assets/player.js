// What is heard: the chapter's audio, or one take by itself; and which line is being read.
"use strict";

const Player = (() => {
  /** @type {HTMLAudioElement} */
  const audio = Dom.byId("audio");
  /** @type {HTMLAudioElement} */
  const take = Dom.byId("take-audio");
  const SLACK_S = 0.003; // browsers round the time they are set to
  /** @type {Line[]} */
  let lines = []; // those that are heard, in order
  let duration = 0;
  let stopAt = Infinity;
  /** @type {(line: Line | null) => void} */
  let reading = () => undefined;
  /** @type {(line: Line) => void} */
  let ended = () => undefined;
  /** The line whose take is heard, where the chapter is read take by take. @type {Line | null} */
  let chained = null;
  /** @type {Line | null} */
  let current = null;
  let takes = "";
  let api = "";

  /**
   * Start. `onLine` hears of the line that is being read, `onTake` of the end of one's take, after which another comes.
   * @param {(line: Line | null) => void} onLine
   * @param {(line: Line) => void} onTake
   */
  function open(onLine, onTake) {
    [reading, ended] = [onLine, onTake];
    for (const event of ["play", "pause", "ended", "emptied"]) {
      audio.addEventListener(event, buttons);
      take.addEventListener(event, buttons);
    }
    audio.addEventListener("play", () => { take.pause(); requestAnimationFrame(watch); });
    take.addEventListener("play", () => audio.pause());
    for (const event of ["seeked", "timeupdate", "loadedmetadata"]) audio.addEventListener(event, look);
    take.addEventListener("ended", () => { if (chained) ended(chained); });
    audio.addEventListener("error", () => {
      if (audio.getAttribute("src")) Dom.say("This chapter's sound cannot be played; is out/chapters/ there?", true);
    });
    take.addEventListener("error", () => {
      if (take.getAttribute("src")) Dom.say("This take cannot be played; is takes/ there?", true);
    });
  }

  /**
   * The chapter that is heard from now on.
   * @param {Chapter} chapter
   * @param {string} folder where the takes lie
   */
  function show(chapter, folder) {
    stop();
    takes = folder;
    lines = chapter.lines.filter((line) => line.start_s !== null);
    duration = chapter.duration_s;
    current = null;
    stopAt = Infinity;
    if (chapter.audio) audio.src = chapter.audio;
    else audio.removeAttribute("src");
    playable(chapter);
    look();
  }

  /** Whether there is something to play. @param {Chapter} chapter */
  const playable = (chapter) => { Dom.byId("play").disabled = !chapter.audio && !chapter.lines.some((line) => line.take); };

  /** Whether the chapter has no sound of its own, and is heard take by take. */
  const byTakes = () => !audio.getAttribute("src");

  /** Have takes come from the server. @param {string} address */
  const serve = (address) => { api = address; };

  /** Whether the audio says something else than the line. @param {Line} line */
  const stale = (line) => line.start_s === null || line.take !== line.assembled;

  /**
   * Go to a line, and play from it or it alone. One that is not in the chapter's audio as it is now
   * is heard by its take.
   * @param {Line} line
   * @param {"stay" | "go on" | "alone"} how
   */
  function seek(line, how) {
    if (stale(line)) {
      audio.pause();
      if (line.take && how !== "stay") {
        hear(line.take);
        chained = byTakes() && how === "go on" ? line : null;
      }
      return;
    }
    take.pause();
    stopAt = how === "alone" ? (line.end_s ?? Infinity) : Infinity;
    audio.currentTime = line.start_s ?? 0;
    if (how !== "stay") play(audio);
  }

  /** Go to a second. @param {number} seconds */
  function goTo(seconds) {
    stopAt = Infinity;
    audio.currentTime = Math.min(Math.max(0, seconds), duration);
  }

  /** Play one take by itself. @param {string} key */
  function hear(key) {
    audio.pause();
    chained = null;
    take.src = api ? `${api}take/${key}` : `${takes}/${key.slice(0, 2)}/${key}.flac`;
    take.playbackRate = audio.playbackRate;
    play(take);
  }

  /** @param {HTMLAudioElement} element */
  function play(element) {
    element.play().catch((error) => {
      if (error.name === "NotAllowedError") Dom.say("Press space to play.");
    });
  }

  function toggle() {
    stopAt = Infinity;
    if (!take.paused) take.pause();
    else if (audio.paused) play(audio);
    else audio.pause();
  }

  function stop() {
    audio.pause();
    take.pause();
  }

  /** Whether the chapter is being read on and on. */
  const goesOn = () => (byTakes() ? chained !== null && !take.paused : !audio.paused && stopAt === Infinity);

  /** @param {number} rate */
  function speed(rate) {
    audio.playbackRate = take.playbackRate = audio.defaultPlaybackRate = rate;
  }

  function buttons() {
    const playing = !audio.paused || !take.paused;
    const button = Dom.byId("play");
    button.classList.toggle("playing", playing);
    button.setAttribute("aria-label", playing ? "Pause" : "Play");
  }

  /** While it plays, at every frame: a line that is heard alone must end where it ends. */
  function watch() {
    look();
    if (audio.paused) return;
    if (audio.currentTime >= stopAt) audio.pause();
    else requestAnimationFrame(watch);
  }

  /** Find the line that is being read, and show the time. */
  function look() {
    const at = audio.currentTime;
    Dom.byId("time").textContent = `${Dom.clock(at)} / ${Dom.clock(duration)}`;
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle].start_s ?? 0) <= at + SLACK_S) low = middle + 1;
      else high = middle;
    }
    // The audio's end shows the chapter's last line, and a line alone shows none after it.
    let found = lines[low - 1] ?? null;
    if (stopAt !== Infinity && found && (found.start_s ?? 0) >= stopAt - SLACK_S) found = lines[low - 2] ?? null;
    if (found !== current) {
      current = found;
      reading(found);
    }
  }

  return { open, show, playable, byTakes, serve, stale, seek, goTo, hear, toggle, stop, goesOn, speed, audio };
})();
