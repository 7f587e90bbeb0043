// What the page shows, from scripts that call these functions: a page on disk may not fetch a file.
"use strict";

/**
 * A reading of a line.
 * @typedef {{key: string, number: number, kept: boolean, score: number | null, why: string[], audio_s: number}} Take
 *
 * A line of the script. Times are seconds of the chapter as it was assembled.
 * @typedef {{place: string, speaker: string, text: string, direction: string, spoken: string, voice: string,
 *   opens: string, level: number, start_s: number | null, end_s: number | null, take: string, verdict: string,
 *   score: number | null, why: string[], takes: Take[], assembled?: string}} Line
 *
 * A chapter that is open; `audio` is missing where it is not assembled.
 * @typedef {{number: number, title: string, duration_s: number, audio?: string, peaks?: string,
 *   peaks_per_s?: number, lines: Line[]}} Chapter
 *
 * A chapter in the list of chapters.
 * @typedef {{number: number, title: string, start_s: number, duration_s: number, lines: number,
 *   quarantined: number, missing: number}} Entry
 *
 * A line in the list of those to listen to.
 * @typedef {{place: string, speaker: string, text: string, verdict: string, score: number | null,
 *   why: string[]}} Doubt
 *
 * A format of the audiobook: `state` is current, old or missing, and `why` says what is old about it.
 * @typedef {{form: string, state: "current" | "old" | "missing", why: string}} Deliverable
 *
 * What the server does at length: the stage, and how far that is.
 * @typedef {{what: string, done: number, of: number}} Doing
 *
 * @typedef {{title: string, author: string, language: string, revision: string, takes: string, chapters: Entry[],
 *   deliverables: Deliverable[],
 *   speakers: {name: string, voice: string, lines: number}[],
 *   review: {quarantined: Doubt[], more: number, missing: number, least_sure: Doubt[], unchecked: number},
 *   report: Record<string, any>}} Book
 */

const Data = (() => {
  /** @type {Record<string, (value: any) => void>} */
  const waiting = {};
  let asked = 0;

  /**
   * Load a script and wait for the value it calls `name` with.
   * @param {string} name
   * @param {string} file
   * @returns {Promise<any>}
   */
  function load(name, file) {
    return new Promise((resolve, reject) => {
      let found;
      waiting[name] = (value) => { found = value; };
      // Over HTTP another address, as it may say something else now; a file's address has no room for that.
      const query = location.protocol.startsWith("http") ? `?r=${++asked}` : "";
      const script = Dom.make("script", { src: `proof/${file}${query}` });
      script.onload = () => { script.remove(); found === undefined ? reject(new Error(file)) : resolve(found); };
      script.onerror = () => { script.remove(); reject(new Error(`${file} cannot be read`)); };
      document.head.append(script);
    });
  }

  // One at a time, so that a script's call is for the file that was asked for.
  let last = Promise.resolve();
  /** @type {(name: string, file: string) => Promise<any>} */
  const inTurn = (name, file) => {
    const next = last.then(() => load(name, file));
    last = next.catch(() => undefined);
    return next;
  };

  /** @returns {Promise<Book>} */
  const book = () => inTurn("proofBook", "data/book.js");

  /**
   * A chapter by its number, as in `3:14`.
   * @param {number} number
   * @returns {Promise<Chapter>}
   */
  async function chapter(number) {
    const found = await inTurn("proofChapter", `data/chapter-${String(number).padStart(4, "0")}.js`);
    for (const line of found.lines) line.assembled = line.start_s === null ? "" : line.take;
    return found;
  }

  /**
   * A chapter's waveform, from 0 to 1.
   * @param {string} key
   * @returns {Promise<Float32Array>}
   */
  async function peaks(key) {
    const found = await inTurn("proofPeaks", `peaks/${key}.js`);
    const bytes = atob(found.peaks);
    return Float32Array.from(bytes, (byte) => byte.charCodeAt(0) / 255);
  }

  /** The report's pictures: SVG by name. @returns {Promise<Record<string, string>>} */
  const pictures = () => inTurn("proofPictures", "data/pictures.js");

  return { book, chapter, peaks, pictures, waiting };
})();

const proofBook = (/** @type {Book} */ value) => Data.waiting.proofBook(value);
const proofChapter = (/** @type {Chapter} */ value) => Data.waiting.proofChapter(value);
const proofPeaks = (/** @type {any} */ value) => Data.waiting.proofPeaks(value);
const proofPictures = (/** @type {Record<string, string>} */ value) => Data.waiting.proofPictures(value);
