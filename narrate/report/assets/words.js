// A word said otherwise in the whole book: what the person writes here goes into the project's lexicon.toml.
"use strict";

const Words = (() => {
  const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}’'-]*/gu;

  const INSIDE = /(?:[\p{L},;][”’]?|\b(?:Mrs?|Ms|Dr|St|Prof|Rev|Capt|Col|Lt)\.)\s+$/u; // before a word that begins no sentence

  /** The words of a line, with capitals inside a sentence first; and whether the first of them is such a name. @param {string} text */
  function wordsOf(text) {
    const found = [...text.matchAll(WORD)].map((match) => ({ word: match[0], name: /^\p{Lu}./u.test(match[0]) && INSIDE.test(text.slice(0, match.index)) }));
    const names = found.filter((it) => it.name).map((it) => it.word);
    return { names, all: [...new Set([...names, ...found.map((it) => it.word)])] };
  }

  /** What is marked in the text, if that is a word or a few. */
  function marked() {
    const selection = getSelection();
    const words = selection?.toString().trim() ?? "";
    const inText = Dom.byId("text").contains(selection?.anchorNode ?? null);
    return inText && words.length <= 60 && !words.includes("\n") ? words : "";
  }

  /** @param {Line} line @returns {HTMLElement} */
  function form(line) {
    const words = wordsOf(line.text);
    const field = (/** @type {string} */ id, /** @type {string} */ label, /** @type {Record<string, any>} */ more) =>
      Dom.make("p", { class: "field" }, Dom.make("label", { for: id }, label),
        Dom.make("input", { id, autocomplete: "off", autocapitalize: "off", spellcheck: "false", dir: "auto", ...more }));
    const part = Dom.make("details", { id: "d-word" },
      Dom.make("summary", {}, "Fix how a name is said"),
      Dom.make("form", { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); say(); } },
        Dom.make("div", { class: "fields" },
          field("d-written", "As written", { list: "d-words", value: marked() || words.names[0] || "" }),
          field("d-spoken", "Spoken as", { placeholder: "in plain letters" })),
        Dom.make("datalist", { id: "d-words" }, ...words.all.map((word) => Dom.make("option", { value: word }))),
        Dom.make("p", { class: "note" }, "Nothing in the second field: as it is written."),
        Dom.make("p", { class: "actions" }, Dom.make("button", { type: "submit", id: "d-say" }, "Say it so in the whole book"))));
    part.addEventListener("toggle", () => {
      const chosen = marked();
      if (part.open && chosen) Dom.byId("d-written").value = chosen;
      if (part.open) part.scrollIntoView({ block: "nearest" });
    });
    return part;
  }

  /** Open the form, at the word. */
  function open() {
    const part = Dom.byId("d-word");
    if (!part) return;
    part.open = true;
    Dom.byId("d-written").focus();
  }

  async function say() {
    const [written, spoken] = ["d-written", "d-spoken"].map((id) => Dom.byId(id).value.trim());
    if (!written) return Dom.say("Write the word as the book has it.", true);
    Player.audio.pause();
    Dom.byId("d-say").disabled = true;
    try {
      const done = await Live.post("say", { written, spoken });
      Dom.say(done.lines ? `${done.said} ${done.lines === 1 ? "It is" : "They are"} spoken now.` : done.said);
    } catch (error) {
      Dom.say(error instanceof Error ? error.message : String(error), true);
    }
    if (Dom.byId("d-say")) Dom.byId("d-say").disabled = false;
  }

  return { form, open, say };
})();
