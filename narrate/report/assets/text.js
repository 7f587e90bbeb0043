// A chapter's text: paragraphs of sentences, each of which can be chosen, and one of which is being read.
"use strict";

const Text = (() => {
  const HUES = [255, 155, 60, 310, 200, 100, 285, 350, 130, 225, 45, 175];
  const MARKS = { quarantined: "failed its checks", missing: "not made yet", accepted: "accepted by you", unchecked: "not checked" };
  /** @type {Map<string, number>} */
  const hues = new Map();
  /** @type {Map<string, HTMLElement>} */
  let spans = new Map();
  /** @type {HTMLElement | null} */
  let current = null;
  /** @type {HTMLElement | null} */
  let focusable = null;
  let heard = false; // the chapter has its sound, which a newer take is not in

  /**
   * Give speakers their colours; the narrator has the text's own.
   * @param {{name: string}[]} speakers
   */
  function colour(speakers) {
    hues.clear();
    let next = 0;
    for (const { name } of speakers) if (name !== "narrator") hues.set(name, HUES[next++ % HUES.length]);
  }

  /**
   * Colour an element as a speaker's.
   * @param {HTMLElement} element
   * @param {string} speaker
   */
  function tint(element, speaker) {
    const hue = hues.get(speaker);
    element.classList.toggle("tinted", hue !== undefined);
    if (hue !== undefined) element.style.setProperty("--hue", String(hue));
  }

  /** The hue of a speaker, undefined for the narrator. @param {string} speaker */
  const hueOf = (speaker) => hues.get(speaker);

  /**
   * Show a chapter.
   * @param {Chapter} chapter
   */
  function show(chapter) {
    const article = Dom.byId("text");
    article.replaceChildren();
    spans = new Map();
    current = focusable = null;
    heard = Boolean(chapter.audio);
    if (!chapter.lines.length || chapter.lines[0].level !== 1) {
      article.append(Dom.make("h2", { dir: "auto" }, chapter.title));
    }
    /** @type {HTMLElement | null} */
    let block = null;
    let named = ""; // a speaker is named once in a paragraph
    for (const line of chapter.lines) {
      if (line.opens === "scene") article.append(Dom.make("hr", { "aria-label": "Scene break" }));
      if (block === null || !["sentence", "verse"].includes(line.opens)) {
        block = Dom.make(line.level ? `h${Math.min(line.level + 1, 6)}` : "p", { dir: "auto" });
        article.append(block);
        named = "";
      } else if (line.opens === "verse") {
        block.append(Dom.make("br"));
      }
      const span = Dom.make("span", { class: "line", "data-place": line.place, tabindex: "-1" });
      fill(span, line);
      if (![named, "narrator"].includes(line.speaker)) span.dataset.name = named = line.speaker;
      spans.set(line.place, span);
      block.append(span, " ");
    }
    const first = chapter.lines.find((line) => line.voice);
    if (first) reach(first.place);
    article.scrollTo?.(0, 0);
  }

  /**
   * A line's span as the line is now.
   * @param {HTMLElement} span
   * @param {Line} line
   */
  function fill(span, line) {
    span.textContent = line.text;
    span.dataset.verdict = line.verdict;
    span.dataset.speaker = line.speaker;
    span.classList.toggle("changed", heard && Boolean(line.voice) && line.take !== line.assembled);
    tint(span, line.speaker);
    if (!line.voice) return;
    span.setAttribute("role", "button");
    const mark = MARKS[/** @type {keyof typeof MARKS} */ (line.verdict)];
    span.title = [line.speaker, line.direction && `(${line.direction})`, mark && `– ${mark}`].filter(Boolean).join(" ");
  }

  /** Show a line as it is now. @param {Line} line */
  function update(line) {
    const span = spans.get(line.place);
    if (span) fill(span, line);
  }

  /** Mark the line that is being read. @param {string | null} place */
  function mark(place) {
    const span = (place !== null && spans.get(place)) || null;
    if (span === current) return;
    current?.removeAttribute("aria-current");
    current = span;
    if (!span) return;
    span.setAttribute("aria-current", "true");
    reach(span.dataset.place ?? "");
  }

  /** Make a line the one that the tab key reaches. @param {string} place */
  function reach(place) {
    if (focusable) focusable.tabIndex = -1;
    focusable = spans.get(place) ?? null;
    if (focusable) focusable.tabIndex = 0;
  }

  /** Put the cursor on a line, if it is in the text already. @param {string} place */
  function focus(place) {
    if (Dom.byId("text").contains(document.activeElement)) spans.get(place)?.focus({ preventScroll: true });
  }

  /** Scroll to a line, unless it is well in view. @param {string} place */
  function scrollTo(place) {
    const span = spans.get(place);
    if (!span) return;
    const box = span.getBoundingClientRect();
    const top = Dom.byId("top").getBoundingClientRect().bottom;
    const bottom = Dom.byId("player").getBoundingClientRect().top;
    const room = bottom - top;
    if (box.top >= top + room * 0.1 && box.bottom <= bottom - room * 0.25) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const far = Math.abs(box.top - top) > 3 * room;
    Dom.byId("main").scrollBy({ top: box.top - top - room * 0.35, behavior: still || far ? "instant" : "smooth" });
  }

  return { colour, tint, hueOf, show, update, mark, focus, scrollTo };
})();
