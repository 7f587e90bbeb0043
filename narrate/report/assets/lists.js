// The lists beside the text: chapters, speakers, lines to review; and the report.
"use strict";

const Lists = (() => {
  const VERDICTS = { quarantined: "failed", missing: "not made", good: "passed", accepted: "accepted", unchecked: "unchecked" };
  /** @type {Doubt[]} */
  let doubts = [];
  let more = 0; // that failed, and are not listed
  let unchecked = 0;
  let missing = 0; // not made yet, listed or not
  /** @type {(place: string) => void} */
  let chosen = () => undefined;

  /**
   * Fill all lists from the book; `choose` is called with the place of a line that was chosen in one.
   * @param {Book} book
   * @param {(place: string) => void} choose
   */
  function show(book, choose) {
    chosen = choose;
    chapters(book.chapters);
    speakers(book.speakers);
    doubts = [...book.review.quarantined, ...book.review.least_sure];
    more = book.review.more;
    unchecked = book.review.unchecked;
    missing = book.review.missing;
    review();
    report(book);
  }

  /** @param {Entry[]} entries */
  function chapters(entries) {
    const items = entries.map((entry) =>
      Dom.make("li", {},
        Dom.make("a", { href: `#${entry.number}`, "data-chapter": entry.number },
          Dom.make("span", { class: "name", dir: "auto" }, entry.title || `Chapter ${entry.number}`),
          entry.quarantined
            ? Dom.make("span", { class: "count", title: "lines that failed their checks" },
                String(entry.quarantined), Dom.make("span", { class: "visually-hidden" }, " to review"))
            : null,
          Dom.make("span", { class: "length" }, length(entry)))));
    Dom.byId("chapters").replaceChildren(...items);
    narrow = (words, fits) => items.forEach((item, n) => { item.hidden = Boolean(words) && !fits(entries[n].title); });
  }

  /**
   * Show only the chapters whose titles fit, all where nothing is looked for.
   * @type {(words: string, fits: (title: string) => boolean) => void}
   */
  let narrow = () => undefined;

  /** A chapter's length, or how many of its lines are made. @param {Entry} entry */
  function length(entry) {
    if (entry.duration_s) return Dom.clock(entry.duration_s);
    return entry.missing ? `${entry.lines - entry.missing} of ${entry.lines}` : "–";
  }

  /** @param {{name: string, voice: string, lines: number}[]} people */
  function speakers(people) {
    const rows = people.map(({ name, voice, lines }) => {
      const row = Dom.make("li", {},
        Dom.make("span", { class: "name", dir: "auto" }, name),
        Dom.make("span", { class: "voice" }, voice === name ? "" : voice),
        Dom.make("span", { class: "length" }, String(lines)));
      Text.tint(row, name);
      return row;
    });
    Dom.byId("speakers").replaceChildren(...rows);
  }

  function review() {
    Dom.byId("review").replaceChildren(...doubts.map(row));
    count();
  }

  /** @param {Doubt} doubt */
  function row(doubt) {
    const words = doubt.why.length ? doubt.why.join("; ") : doubt.verdict === "good" ? Dom.passed(doubt.score) : "";
    return Dom.make("li", { "data-place": doubt.place, "data-verdict": doubt.verdict },
      Dom.make("button", { type: "button", onclick: () => chosen(doubt.place) },
        Dom.make("span", { class: "head" },
          Dom.make("span", { class: "place" }, doubt.place),
          Dom.make("span", { class: "badge" }, VERDICTS[/** @type {keyof typeof VERDICTS} */ (doubt.verdict)] ?? doubt.verdict)),
        Dom.make("span", { class: "words", dir: "auto" }, doubt.text),
        words ? Dom.make("span", { class: "why" }, words) : null));
  }

  /** How many there are. */
  function count() {
    const failed = doubts.filter((doubt) => doubt.verdict === "quarantined").length + more;
    const unsure = doubts.some((doubt) => doubt.verdict === "good");
    const parts = [failed ? `${failed === 1 ? "1 line failed its" : `${failed} lines failed their`} checks${more ? `, ${more} of which are not listed` : ""}.` : "Nothing failed its checks."];
    if (unsure) parts.push(`${failed ? "Then come" : "These are"} those that came nearest to it.`);
    if (missing) parts.push(`${missing} ${missing === 1 ? "line is" : "lines are"} not made yet.`);
    if (unchecked) parts.push(`${unchecked} lines were not checked.`);
    if (doubts.length) parts.push("Keys: n and p.");
    Dom.byId("review-note").textContent = parts.join(" ");
    const button = Dom.byId("show-review");
    button.textContent = failed ? `Review ${failed}` : "Review";
    button.classList.toggle("bad", failed > 0);
  }

  /** A line that has changed, in the list as well. @param {Line} line */
  function update(line) {
    const at = doubts.findIndex((doubt) => doubt.place === line.place);
    if (at < 0) return;
    if (doubts[at].verdict === "missing" && line.verdict !== "missing") missing--;
    doubts[at] = { ...doubts[at], text: line.text, verdict: line.verdict, score: line.score, why: line.why };
    const old = Dom.byId("review").children[at];
    const fresh = row(doubts[at]);
    if (old.hasAttribute("aria-current")) fresh.setAttribute("aria-current", "true");
    old.replaceWith(fresh);
    count();
  }

  /**
   * The line to review after (1) or before (-1) a place, in the list's order; from elsewhere the first or last.
   * @param {string} place
   * @param {number} by
   * @returns {string | null}
   */
  function beside(place, by) {
    if (!doubts.length) return null;
    const at = doubts.findIndex((doubt) => doubt.place === place);
    const next = at < 0 ? (by > 0 ? 0 : doubts.length - 1) : (at + by + doubts.length) % doubts.length;
    return doubts[next].place;
  }

  /** Mark where we are, in both lists. @param {number} chapter @param {string} place */
  function mark(chapter, place) {
    current("chapters", `[data-chapter="${chapter}"]`, "page");
    current("review", `li[data-place="${CSS.escape(place)}"]`, "true");
  }

  /** @param {string} list @param {string} selector @param {string} value */
  function current(list, selector, value) {
    const before = Dom.byId(list).querySelector("[aria-current]");
    const now = Dom.byId(list).querySelector(selector);
    if (before === now) return;
    before?.removeAttribute("aria-current");
    now?.setAttribute("aria-current", value);
    now?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Book} book */
  function report(book) {
    const { report } = book;
    const rows = [
      ["Length", Dom.clock(report.audio_s ?? 0)],
      ["Chapters", book.chapters.length],
      ["Lines", report.made_at ? `${report.lines} (takes: ${report.takes_made} made, ${report.takes_kept} kept)` : `${report.lines} (${report.takes_kept} made)`],
      ["Engine", [report.engine, report.model].filter(Boolean).join(", ")],
      ["Watermark", report.watermark ? `says ${report.watermark}` : "none"],
      ["Speed", report.rtf ? `${report.rtf} s of audio made each second` : "nothing was made in the last run"],
      ["Assembled", report.made_at ? new Date(report.made_at).toLocaleString() : "not yet"],
    ];
    Dom.byId("figures").replaceChildren(
      ...rows.flatMap(([name, value]) => [Dom.make("dt", {}, name), Dom.make("dd", {}, String(value))]));
    Dom.byId("pictures").replaceChildren();
  }

  /** Draw the report's pictures, unless they are there. Their markup is ours, and read as SVG alone. */
  async function showPictures() {
    const box = Dom.byId("pictures");
    if (box.childElementCount) return;
    const pictures = Object.values(await Data.pictures());
    box.replaceChildren(...pictures.map((svg) => {
      const read = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
      const title = read.querySelector(":scope > title")?.textContent ?? "";
      return Dom.make("figure", {}, Dom.make("figcaption", { "aria-hidden": "true" }, title), document.importNode(read, true));
    }));
  }

  return { show, update, beside, mark, showPictures, narrow: (/** @type {string} */ words, /** @type {(title: string) => boolean} */ fits) => narrow(words, fits) };
})();
