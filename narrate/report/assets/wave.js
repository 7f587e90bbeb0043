// The chapter's waveform, drawn and scrolled by wavesurfer.js, and under it a strip that marks its lines.
// The strip is ours: only what is in view is drawn, so a chapter of thirty hours is as quick as one of a minute.
"use strict";

const Wave = (() => {
  const ZOOMS = [2, 4, 8, 16, 32, 64, 128]; // pixels a second
  const STRIP = 14; // pixels
  let zoom = ZOOMS.indexOf(16);
  /** @type {any} */
  let surfer = null;
  /** @type {Line[]} */
  let lines = [];
  let duration = 0;
  let chosen = "";
  let wanted = "";
  let asked = 0;

  /** @param {string} name */
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /**
   * Make the waveform of `audio`; clicks in it seek.
   * @param {HTMLAudioElement} audio
   * @param {(seconds: number) => void} sought
   */
  function open(audio, sought) {
    surfer = WaveSurfer.create({
      container: Dom.byId("wave"),
      media: audio,
      height: Dom.byId("wave").clientHeight,
      minPxPerSec: ZOOMS[zoom],
      cursorWidth: 2,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      normalize: true,
      hideScrollbar: true,
      autoCenter: false,
      dragToSeek: true,
      cspNonce: "wave",
      ...colours(),
    });
    surfer.on("interaction", sought);
    for (const event of ["scroll", "zoom", "redraw", "resize"]) surfer.on(event, later);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      surfer.setOptions(colours());
      later();
    });
    Dom.byId("marks").addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const line = lineAt((event.offsetX + surfer.getScroll()) / scale());
      if (line) sought(line.start_s ?? 0);
    });
  }

  const colours = () => ({ waveColor: css("--wave"), progressColor: css("--wave-done"), cursorColor: css("--accent") });

  /** Pixels a second, as it is drawn. */
  const scale = () => (duration ? Math.max(ZOOMS[zoom], surfer.getWidth() / duration) : 1);

  /**
   * Show a chapter's waveform once it is there; the sound does not wait for it.
   * @param {Chapter} chapter
   */
  async function show(chapter) {
    lines = chapter.lines.filter((line) => line.start_s !== null);
    duration = chapter.duration_s;
    wanted = chapter.peaks ?? "";
    later();
    if (!chapter.peaks || !chapter.audio) return surfer.empty();
    try {
      const peaks = await Data.peaks(chapter.peaks);
      // The address that is loaded already, letter for letter: another would start the sound anew.
      if (wanted === chapter.peaks) await surfer.load(Player.audio.src, [peaks], chapter.duration_s);
    } catch (error) {
      Dom.say(`The waveform is missing: ${error instanceof Error ? error.message : error}`);
    }
    later();
  }

  /** Mark a line in the strip. @param {string} place */
  function mark(place) {
    if (chosen === place) return;
    chosen = place;
    later();
  }

  /** Wider (1) or narrower (-1). @param {number} by */
  function widen(by) {
    const next = Math.min(ZOOMS.length - 1, Math.max(0, zoom + by));
    if (next === zoom || !surfer?.getDecodedData()) return;
    zoom = next;
    surfer.zoom(ZOOMS[zoom]);
    later();
  }

  /** Bring a second into view. @param {number} seconds */
  function reveal(seconds) {
    if (!surfer || !duration) return;
    const left = surfer.getScroll() / scale();
    const width = surfer.getWidth() / scale();
    if (seconds < left || seconds > left + width) surfer.setScrollTime(Math.max(0, seconds - width * 0.1));
  }

  /** Draw the strip at the next frame. */
  function later() {
    if (!asked) asked = requestAnimationFrame(draw);
  }

  function draw() {
    asked = 0;
    const canvas = Dom.byId("marks");
    const [width, sharp] = [canvas.clientWidth, window.devicePixelRatio || 1];
    canvas.width = width * sharp;
    canvas.height = STRIP * sharp;
    const pen = canvas.getContext("2d");
    if (!lines.length || !surfer) return;
    pen.scale(sharp, sharp);
    const [left, pixels] = [surfer.getScroll(), scale()];
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    for (let n = firstAfter(left / pixels); n < lines.length; n++) {
      const line = lines[n];
      const at = (line.start_s ?? 0) * pixels - left;
      if (at > width) break;
      const length = Math.max(1.5, ((line.end_s ?? 0) - (line.start_s ?? 0)) * pixels - 1);
      const hue = Text.hueOf(line.speaker);
      const here = line.place === chosen;
      pen.fillStyle = hue === undefined ? css("--strip") : `oklch(${dark ? 0.68 : 0.62} 0.12 ${hue})`;
      pen.fillRect(at, here ? 2 : 5, length, here ? STRIP - 2 : STRIP - 8);
      if (line.verdict === "quarantined") {
        pen.fillStyle = css("--bad");
        pen.fillRect(at, 0, length, 4);
      }
    }
  }

  /** The first line that ends after a second. @param {number} seconds */
  function firstAfter(seconds) {
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle].end_s ?? 0) < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} seconds */
  const lineAt = (seconds) => lines[Math.min(firstAfter(seconds), lines.length - 1)];

  return { open, show, mark, widen, reveal, redraw: later };
})();
