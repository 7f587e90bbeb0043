// Voices described in words, and the speakers that a model brings with it.

import { field, languageChoice, sound } from "./voices.js";

/* global Dom */

/** @param {import("./voices.js").Shelf} shelf @param {any} context */
export function design(shelf, context) {
  const reason = shelf.able.speak.voice_design;
  const name = Dom.make("input", { id: "design-name", required: true, autocomplete: "off", dir: "auto" });
  const words = Dom.make("textarea", { id: "design-words", rows: "3", required: true, maxlength: "1000", placeholder: "a warm old storyteller, low and slow, with a smile" });
  const language = languageChoice("design-language", shelf.languages);
  const read = Dom.make("button", { type: "submit", class: "primary", disabled: Boolean(reason) }, "Have four candidates read");
  const told = Dom.make("p", { class: "note", role: "status" });
  const heard = Dom.make("div", { id: "designs" });
  const form = Dom.make("form", { class: "keep" },
    reason ? Dom.make("p", { class: "note why" }, `A voice cannot be designed here: ${reason}.`) : null,
    field("What the voice is like", words, "Age, sex, pitch, pace, mood."),
    Dom.make("div", { class: "pair" }, field("Name of the voice", name), field("Language of the passage", language)),
    Dom.make("p", {}, read), told);
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    context.busy(read, async () => {
      told.textContent = "Four candidates are being read. The first time the model is loaded before, which may take minutes.";
      try {
        const found = await context.post("api/voices/design", { name: name.value, words: words.value, language: language.value });
        await list();
        heard.querySelector(`[data-design="${CSS.escape(found.name)}"] h3`)?.focus();
      } finally {
        told.textContent = "";
      }
    });
  };

  /** The designs of which candidates are there, and no voice was made yet. */
  async function list() {
    const found = await context.get("api/designs");
    heard.replaceChildren(...found.filter((/** @type {any} */ one) => !one.made).map(card));
  }

  /** @param {any} one */
  function card(one) {
    const at = `api/designs/${encodeURIComponent(one.name)}`;
    const forget = Dom.make("button", { type: "button" }, "Forget these");
    forget.setAttribute("aria-label", `Forget the candidates for ${one.name}`);
    forget.onclick = () => context.busy(forget, async () => {
      await context.post(`${at}/forget`);
      await list();
      context.say(`The candidates for ${one.name} are gone.`);
    });
    const numbers = Object.entries(one.seconds ?? {}).map(([number, seconds]) => {
      const load = () => sound(`${at}/${number}`, context.signal);
      const keep = Dom.make("button", { type: "button", "aria-label": `Keep candidate ${number} of ${one.name}` }, "Keep");
      keep.onclick = () => context.busy(keep, async () => {
        const { voice, said } = await context.post(`${at}/keep`, { number: Number(number) });
        await list();
        await shelf.refresh(voice.name);
        context.say([`${voice.name} is on the shelf.`, ...said].join(" "));
      });
      return Dom.make("li", {}, context.listen(`Hear candidate ${number} of ${one.name}`, load),
        Dom.make("span", { class: "who" }, Dom.make("strong", {}, `Candidate ${number}`), Dom.make("span", { class: "note" }, ` ${Number(seconds).toFixed(1)} s${one.capped.includes(Number(number)) ? ", read on and was stopped" : ""}`)),
        keep);
    });
    return Dom.make("section", { class: "candidates", "data-design": one.name },
      Dom.make("h3", { tabindex: "-1", dir: "auto" }, one.name),
      one.damage ? Dom.make("p", { class: "note bad" }, one.damage) : Dom.make("p", { class: "note", dir: "auto" }, one.words),
      Dom.make("ul", { class: "shelved" }, ...numbers), Dom.make("p", {}, forget));
  }

  list().catch((/** @type {Error} */ error) => { if (!context.signal.aborted) context.say(error.message, true); });
  return Dom.make("div", {}, form, heard);
}

/** @param {import("./voices.js").Shelf} shelf @param {any} context */
export function speakers(shelf, context) {
  const reason = shelf.able.speak.custom_voice;
  const rows = Dom.make("ul", { class: "shelved" });
  const load = async () => {
    const found = await context.get("api/voices/speakers");
    rows.replaceChildren(...found.map((/** @type {any} */ speaker, /** @type {number} */ number) => {
      const name = Dom.make("input", { id: `speaker-${number}`, value: speaker.name, required: true, autocomplete: "off", "aria-label": `Name of ${speaker.name} on the shelf` });
      const put = Dom.make("button", { type: "submit" }, "Put on the shelf");
      put.setAttribute("aria-label", `Put ${speaker.name} on the shelf`);
      const form = Dom.make("form", { class: "row" }, name, put);
      form.onsubmit = (/** @type {Event} */ event) => {
        event.preventDefault();
        context.busy(put, async () => {
          const { voice } = await context.post("api/voices", { name: name.value, speaker: speaker.name });
          await shelf.refresh(voice.name);
          context.say(`${voice.name} is on the shelf.`);
        });
      };
      const [code, dialect] = speaker.language.split(" ");
      const at = [shelf.languages[code]?.name ?? code, dialect?.replace(/[()]/g, "").replace("_", " ")].filter(Boolean);
      return Dom.make("li", {}, Dom.make("div", { class: "who" }, Dom.make("strong", {}, speaker.name),
        Dom.make("span", { class: "badges" }, ...at.map((text) => Dom.make("span", { class: "badge" }, text))),
        speaker.description ? Dom.make("span", { class: "note" }, speaker.description) : null), form);
    }));
  };
  load().catch((/** @type {Error} */ error) => { if (!context.signal.aborted) context.say(error.message, true); });
  return Dom.make("div", {}, reason ? Dom.make("p", { class: "note why" }, `They can be put on the shelf, but not be heard here: ${reason}.`) : null, rows);
}
