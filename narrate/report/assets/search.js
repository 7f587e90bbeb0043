// Search in the text of the whole book: its chapters are loaded one after another as they are looked through.
"use strict";

const Search = (() => {
  const MOST = 100; // lines that are listed
  const AROUND = 36; // characters that are shown before what was found
  const WAIT_MS = 150; // after a key, for the next one
  const ALIKE = /** @type {Record<string, string>} */ ({ "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-", "—": "-" });
  /** The lines of chapters that were looked through. @type {Map<number, Line[]>} */
  const read = new Map();
  /** @type {string[]} */
  let places = [];
  let at = -1;
  let asked = 0;
  /** @type {(place: string) => void} */
  let chosen = () => undefined;
  /** @type {() => Entry[]} */
  let entries = () => [];

  /**
   * Listen to the field; `choose` is called with the place of a line that was chosen.
   * @param {() => Entry[]} chapters
   * @param {(place: string) => void} choose
   */
  function open(chapters, choose) {
    [entries, chosen] = [chapters, choose];
    const field = Dom.byId("search");
    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(find, WAIT_MS);
    });
    field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || !places.length) return;
      event.preventDefault();
      at = (at + (event.shiftKey ? places.length - 1 : 1)) % places.length;
      go(at);
    });
  }

  /** Text as it is compared: no accents, no capitals, plain quotes; each character stays where it is. @param {string} text */
  function folded(text) {
    let out = "";
    for (const sign of text) {
      const plain = (ALIKE[sign] ?? sign).normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase();
      out += (plain || sign).padEnd(sign.length).slice(0, sign.length);
    }
    return out;
  }

  /** List the lines that hold what is in the field. */
  async function find() {
    const words = folded(Dom.byId("search").value.trim().split(/\s+/).join(" "));
    const turn = ++asked;
    [places, at] = [[], -1];
    const list = Dom.byId("found");
    list.replaceChildren();
    Lists.narrow(words, (title) => folded(title).includes(words));
    if (!words) return tell("");
    let [count, failed] = [0, ""];
    tell("Looking…");
    for (const entry of entries()) {
      /** @type {Line[]} */
      let lines = [];
      try {
        lines = await of(entry.number);
      } catch (error) {
        failed = ` ${error instanceof Error ? error.message : error}.`;
      }
      if (turn !== asked) return; // something else is looked for by now
      for (const line of lines) {
        const start = folded(line.text).indexOf(words);
        if (start < 0 || ++count > MOST) continue;
        places.push(line.place);
        list.append(row(line, start, words.length, places.length - 1));
      }
    }
    const more = count > MOST ? `, the first ${MOST} are shown` : "";
    tell(`${count === 1 ? "1 line has" : `${count || "No"} lines have`} it${more}.${failed}`);
  }

  /** @param {string} words */
  const tell = (words) => { Dom.byId("found-note").textContent = words; };

  /** The lines of a chapter. @param {number} number */
  async function of(number) {
    if (!read.has(number)) read.set(number, (await Data.chapter(number)).lines);
    return read.get(number) ?? [];
  }

  /** @param {Line} line @param {number} start @param {number} length @param {number} index */
  function row(line, start, length, index) {
    const from = start > AROUND ? line.text.indexOf(" ", start - AROUND) + 1 || start : 0;
    return Dom.make("li", { "data-place": line.place },
      Dom.make("button", { type: "button", onclick: () => go(index) },
        Dom.make("span", { class: "place" }, `${line.place} ${line.speaker}`),
        Dom.make("span", { class: "words", dir: "auto" }, (from ? "… " : "") + line.text.slice(from, start),
          Dom.make("mark", {}, line.text.slice(start, start + length)), line.text.slice(start + length))));
  }

  /** To a line that was found. @param {number} index */
  function go(index) {
    at = index;
    Dom.byId("found").querySelector("[aria-current]")?.removeAttribute("aria-current");
    const item = Dom.byId("found").children[index];
    item.setAttribute("aria-current", "true");
    item.scrollIntoView({ block: "nearest" });
    chosen(places[index]);
    if (matchMedia("(max-width: 70rem)").matches) Panels.close(); // it covers the text
  }

  /** A line that has changed. @param {Line} line */
  function update(line) {
    const lines = read.get(Number(line.place.split(":")[0])) ?? [];
    const old = lines.find((other) => other.place === line.place);
    if (old) Object.assign(old, { text: line.text, speaker: line.speaker });
  }

  /** The book was assembled anew: it may say something else. */
  const forget = () => read.clear();

  return { open, find, update, forget };
})();
