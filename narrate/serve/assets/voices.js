// Voices: those on the shelf, heard and kept in order, and new ones made from recordings, words and models.

import { clone } from "./clone.js";
import { design, speakers } from "./design.js";

/* global Dom */

export const title = "Voices";
export const key = "v";
export const lead = "The voices that can read your books. Hear them, or make one of your own.";

/** What a person calls the kinds. */
const KINDS = /** @type {Record<string, string>} */ ({
  draft: "draft voice", clone: "clone", "clone-xvector": "clone, without a text", speaker: "model's speaker", design: "in words", file: "file",
});

/**
 * What the sections of this screen share: the shelf, the languages, what is not possible here, and how to draw anew.
 * @typedef {{voices: any[], languages: Record<string, {name: string, passage: string}>, able: any, refresh: (name?: string) => Promise<void>}} Shelf
 */

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const [found, able] = await Promise.all([context.get("api/voices"), context.get("api/voices/able")]);
  /** @type {Shelf} */
  const shelf = { ...found, able, refresh };
  const finder = Dom.make("input", { id: "find-voice", type: "search", placeholder: "a name, a language, a word", autocomplete: "off" });
  const words = Dom.make("input", { id: "hear-words", placeholder: "a passage in the voice's language", autocomplete: "off", maxlength: "500" });
  const lists = Dom.make("div", { id: "voice-lists" });
  /** @type {string | null} */
  let open = null; // whose details are shown

  root.append(
    Dom.make("section", { class: "making", "aria-labelledby": "making-title" },
      Dom.make("h2", { id: "making-title" }, "Make a voice"),
      part("recording", "From a recording", "A file or the microphone: a person who agreed to it, ten seconds are enough.", clone(shelf, context)),
      part("words", "In words", "Four candidates read a passage, and you keep one.", design(shelf, context)),
      part("speaker", "A model's own speaker", "Voices that a CustomVoice model brings with it.", speakers(shelf, context))),
    Dom.make("section", { "aria-labelledby": "shelf-title" },
      Dom.make("h2", { id: "shelf-title" }, "On the shelf"),
      Dom.make("div", { class: "tools" }, field("Find a voice", finder), field("Let them say", words)),
      lists));
  finder.oninput = draw;
  context.keys({ f: ["find a voice", () => finder.focus()] });
  draw();

  /** The shelf as it is now; the voice that was just made or renamed is shown and has the focus. @param {string} [name] */
  async function refresh(name) {
    Object.assign(shelf, await context.get("api/voices"));
    if (name) [finder.value, open] = ["", name];
    draw();
    const row = name ? lists.querySelector(`[data-voice="${CSS.escape(name)}"]`) : null;
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("summary")?.focus({ preventScroll: true });
  }

  /** What cannot be heard here, a line for each kind of which there are voices. */
  function why() {
    const kinds = new Set(shelf.voices.map((voice) => voice.speaks));
    return Object.entries(able.speak).filter(([kind, reason]) => reason && kinds.has(kind)).map(([kind, reason]) =>
      Dom.make("p", { class: "note why", id: `why-${kind}` }, `${NOT_HEARD[kind]} cannot be heard here: ${reason}.`));
  }

  function draw() {
    const wanted = finder.value.trim().toLowerCase();
    const about = (/** @type {any} */ voice) => [voice.name, voice.description, KINDS[voice.kind], ...voice.languages.map(language)].join(" ").toLowerCase();
    const shown = shelf.voices.filter((voice) => about(voice).includes(wanted));
    const groups = [["Your own", shown.filter((voice) => voice.own)], ["They came with narrate", shown.filter((voice) => !voice.own)]];
    lists.replaceChildren(...why(), ...groups.filter(([, voices]) => voices.length).flatMap(([name, voices]) => [
      Dom.make("h3", {}, name),
      Dom.make("ul", { class: "shelved", "aria-label": name }, .../** @type {any[]} */ (voices).map(row)),
    ]));
    if (!shown.length) lists.append(Dom.make("p", { class: "note" }, `No voice of these answers to "${finder.value}".`));
  }

  /** @param {string} code */
  function language(code) {
    return shelf.languages[code]?.name ?? code;
  }

  /** A voice on the shelf. @param {any} voice */
  function row(voice) {
    const item = Dom.make("li", { class: "shelved-voice", "data-voice": voice.name });
    const spoken = () => words.value.trim() || shelf.languages[voice.languages[0] ?? "en"]?.passage || shelf.languages.en.passage;
    const say = () => context.audio("v1/audio/speech", { model: "narrate", voice: voice.name, input: spoken(), response_format: "wav", ...(voice.languages[0] ? { language: voice.languages[0] } : {}) });
    const hear = context.listen(`Hear ${voice.name}`, say, "", spoken);
    if (voice.damage || able.speak[voice.speaks]) {
      hear.disabled = true;
      if (!voice.damage) hear.setAttribute("aria-describedby", `why-${voice.speaks}`);
    }
    const badges = [...voice.languages.map(language), ...(voice.kind === "draft" ? [] : [KINDS[voice.kind] ?? voice.kind]), ...voice.used_by.map((/** @type {string} */ book) => `in ${book}`)];
    const more = Dom.make("details", { open: open === voice.name },
      Dom.make("summary", { "aria-label": `More of ${voice.name}` }, "More"));
    const fill = () => { if (more.childElementCount < 2) more.append(details(voice, shelf, context)); };
    more.ontoggle = () => { if (more.open) fill(); };
    if (more.open) fill();
    item.append(hear,
      Dom.make("div", { class: "who" },
        Dom.make("strong", { dir: "auto" }, voice.name),
        Dom.make("span", { class: "badges" }, ...badges.map((text) => Dom.make("span", { class: "badge" }, text)), voice.damage ? Dom.make("span", { class: "badge bad" }, "damaged") : null),
        voice.damage ? Dom.make("span", { class: "note bad" }, voice.damage) : voice.description ? Dom.make("span", { class: "note", dir: "auto" }, voice.description) : null),
      more);
    return item;
  }
}

const NOT_HEARD = /** @type {Record<string, string>} */ ({ base: "Clones", custom_voice: "A model's speakers", voice_design: "Voices in words", draft: "Draft voices" });

/** A way to make a voice, closed until it is wanted. @param {string} id @param {string} name @param {string} about @param {HTMLElement} content */
function part(id, name, about, content) {
  return Dom.make("details", { class: "card way", id: `make-${id}` },
    Dom.make("summary", {}, Dom.make("span", { class: "way-name" }, name), Dom.make("span", { class: "note" }, about)), content);
}

/** A field with its label. @param {string} label @param {any} control @param {string} [hint] */
export function field(label, control, hint = "") {
  const note = hint ? Dom.make("span", { class: "note hint", id: `${control.id}-hint` }, hint) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return Dom.make("div", { class: "field" }, Dom.make("label", { for: control.id }, label), control, note);
}

/** A choice of language. @param {string} id @param {Record<string, {name: string}>} languages @param {string} chosen */
export function languageChoice(id, languages, chosen = "en") {
  return Dom.make("select", { id }, ...Object.entries(languages).map(([code, { name }]) => Dom.make("option", { value: code, selected: code === chosen }, name)));
}

/** What is known of a voice, and what may be done with it. @param {any} voice @param {Shelf} shelf @param {any} context */
function details(voice, shelf, context) {
  const at = `api/voices/${encodeURIComponent(voice.name)}`;
  const facts = Dom.make("dl", { class: "facts-of" });
  if (KINDS[voice.kind]) facts.append(Dom.make("dt", {}, "Kind"), Dom.make("dd", {}, KINDS[voice.kind]));
  const actions = Dom.make("div", { class: "actions" });
  if (!voice.damage) {
    context.get(`${at}/about`).then((/** @type {any} */ about) => facts.append(...FACTS.flatMap(([name, label]) => {
      const value = fact(about, name);
      return value && String(value).length ? [Dom.make("dt", {}, label), Dom.make("dd", { dir: "auto" }, Array.isArray(value) ? value.join(", ") : value)] : [];
    })), (/** @type {Error} */ error) => context.say(error.message, true));
  }
  if (voice.reference_s) actions.append(context.listen(`Hear the recording of ${voice.name}`, () => sound(`${at}/recording`, context.signal), "Recording"));
  if (voice.sizes.length) {
    for (const size of voice.sizes) {
      const which = voice.sizes.length > 1 ? ` for the ${size} model` : "";
      actions.append(Dom.make("a", { class: "button", href: `${at}/export?form=safetensors&size=${encodeURIComponent(size)}`, download: `${voice.name}.safetensors` }, `Export${which}`));
    }
  } else if (voice.reference_s) {
    actions.append(Dom.make("span", { class: "note" }, "There is something to export when a Base model has spoken it once."));
  }
  if (!voice.own) actions.append(Dom.make("span", { class: "note" }, "It came with narrate, and stays as it is."));
  return Dom.make("div", { class: "about-voice" }, facts, actions, voice.own ? changes(voice, at, shelf, context) : null);
}

/** A fact as people read it. @param {any} about @param {string} name */
function fact(about, name) {
  if (name === "recording") return about.reference_s ? `${about.reference_s.toFixed(1)} s` : "";
  if (name === "made_at" && about.made_at) return new Date(about.made_at).toLocaleDateString(undefined, { dateStyle: "long" });
  return about[name];
}

const FACTS = [["models", "Model sizes"], ["recording", "Recording"], ["transcript", "What is said in it"], ["origin", "Made from"], ["source", "File"], ["prompt", "Words"], ["consent", "Consent"], ["licence", "Licence"], ["made_at", "Made"]];

/** A sound that is there. Throws an Error with what the server said. @param {string} path @param {AbortSignal} signal */
export async function sound(path, signal) {
  const answer = await fetch(path, { signal });
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.blob();
}

/** Another name, and the way off the shelf. @param {any} voice @param {string} at @param {Shelf} shelf @param {any} context */
function changes(voice, at, shelf, context) {
  const id = `rename-${shelf.voices.indexOf(voice)}`;
  const name = Dom.make("input", { id, value: voice.name, required: true, autocomplete: "off", dir: "auto" });
  const rename = Dom.make("button", { type: "submit" }, "Rename");
  const form = Dom.make("form", { class: "row" }, field("Name", name), rename);
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    context.busy(rename, async () => {
      const { voice: now, said } = await context.post(`${at}/rename`, { to: name.value });
      await shelf.refresh(now.name);
      context.say([`It is called ${now.name} now.`, ...said].join(" "));
    });
  };
  const sure = Dom.make("button", { type: "button", class: "bad" }, "Remove it for good");
  const question = Dom.make("p", { class: "row", hidden: true },
    Dom.make("span", {}, voice.used_by.length ? `It speaks in ${voice.used_by.join(", ")}, which cannot be rendered without it.` : "It cannot be brought back."), sure);
  const remove = Dom.make("button", { type: "button", "aria-expanded": "false" }, "Remove");
  remove.onclick = () => {
    question.hidden = !question.hidden;
    remove.setAttribute("aria-expanded", String(!question.hidden));
    if (!question.hidden) sure.focus();
  };
  sure.onclick = () => context.busy(sure, async () => {
    await context.post(`${at}/remove`, { force: voice.used_by.length > 0 });
    await shelf.refresh();
    context.say(`${voice.name} is removed.`);
  });
  return Dom.make("div", {}, form, Dom.make("p", { class: "row" }, remove), question);
}
