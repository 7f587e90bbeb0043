// A voice from a recording: a file or the microphone, judged before anything is kept.

import { words } from "./context.js";
import { LONGEST_S, impossible, record } from "./microphone.js";
import { drawPeaks } from "./peaks.js";
import { field, languageChoice, sound } from "./voices.js";

/* global Dom */

const MOST_BYTES = 512 << 20; // of what the server takes
const SIGNS = /** @type {Record<string, string>} */ ({ good: "good", bad: "not good" });

/** @param {import("./voices.js").Shelf} shelf @param {any} context */
export function clone(shelf, context) {
  const language = languageChoice("clone-language", shelf.languages);
  const judged = Dom.make("div", { id: "judged" });
  const failure = Dom.make("p", { class: "bad", role: "alert", hidden: true });

  /** Send a recording, and show how it is judged. @param {Blob} file @param {string} name @param {string} text what is said in it, if that is known */
  async function judge(file, name, text) {
    failure.hidden = true;
    if (file.size > MOST_BYTES) {
      judged.replaceChildren();
      failure.textContent = `${name} is larger than ${MOST_BYTES >> 20} MB: cut out the part where one person speaks; ten seconds are enough.`;
      failure.hidden = false;
      return;
    }
    judged.replaceChildren(Dom.make("p", { class: "note", role: "status" }, `Listening to ${name}…`));
    try {
      const fields = { language: text ? language.value : "", ...(text ? { text } : {}) };
      const found = await context.send("api/recordings", new File([file], name), fields);
      judged.replaceChildren(result(found, shelf, context, language.value, () => judged.replaceChildren()));
      judged.querySelector("h3").focus();
      draw(judged, found);
    } catch (error) {
      judged.replaceChildren();
      failure.textContent = words(error);
      failure.hidden = false;
    }
  }

  return Dom.make("div", { class: "clone" }, filePlace(context, judge), microphonePlace(shelf, context, language, judge), failure, judged);
}

/** Where a file is dropped or chosen. @param {any} context @param {(file: Blob, name: string, text: string) => void} judge */
function filePlace(context, judge) {
  const input = Dom.make("input", { type: "file", id: "clone-file", accept: "audio/*,video/*,.flac,.wav,.mp3,.m4a,.ogg,.opus,.aiff", class: "visually-hidden" });
  const place = Dom.make("div", { class: "drop" },
    Dom.make("p", {}, Dom.make("strong", {}, "Drop a recording here")),
    Dom.make("p", { class: "note" }, "One person, reading calmly in a quiet room. Of a long one the best stretch is kept, 3 to 15 seconds."),
    Dom.make("p", {}, input, Dom.make("label", { for: "clone-file", class: "button primary" }, "Choose a file")));
  const take = (/** @type {File | undefined} */ file) => { if (file) judge(file, file.name, ""); };
  input.onchange = () => { take(input.files[0]); input.value = ""; };
  place.ondragover = () => place.classList.add("over");
  place.ondragleave = () => place.classList.remove("over");
  place.ondrop = (/** @type {DragEvent} */ event) => {
    place.classList.remove("over");
    take(event.dataTransfer?.files[0]);
  };
  return place;
}

/**
 * The microphone, with a passage to read. @param {import("./voices.js").Shelf} shelf @param {any} context @param {any} language
 * @param {(file: Blob, name: string, text: string) => Promise<void>} judge
 */
function microphonePlace(shelf, context, language, judge) {
  const passage = Dom.make("blockquote", { id: "passage", dir: "auto" });
  const read = Dom.make("input", { type: "checkbox", id: "read-passage", checked: true });
  const button = Dom.make("button", { type: "button", id: "record", class: "record" }, "Record");
  const level = Dom.make("meter", { min: "0", max: "1", low: "0.05", high: "0.95", optimum: "0.5", "aria-label": "Level" });
  const told = Dom.make("span", { class: "length" });
  const meters = Dom.make("span", { class: "row", hidden: true }, level, told);
  const showPassage = () => {
    passage.textContent = shelf.languages[language.value].passage;
    passage.lang = language.value;
  };
  language.onchange = showPassage;
  showPassage();
  /** @type {(() => Promise<Blob>) | null} */
  let end = null;
  const stop = async () => {
    if (!end) return null;
    const finish = end;
    end = null;
    button.textContent = "Record";
    button.classList.remove("going");
    meters.hidden = true;
    return finish();
  };
  const finish = async () => {
    const sound = await stop();
    if (sound) await judge(sound, "microphone.wav", read.checked ? passage.textContent : "");
  };
  context.signal.addEventListener("abort", stop);
  button.onclick = () => context.busy(button, async () => {
    if (end) return finish();
    context.stop();
    end = await record((seconds, peak) => {
      level.value = peak;
      told.textContent = `${seconds.toFixed(1)} s${peak > 0.99 ? ", too loud" : ""}`;
      if (seconds >= LONGEST_S && end) finish();
    });
    if (context.signal.aborted) return stop(); // left while the browser asked
    button.textContent = "Stop and listen";
    button.classList.add("going");
    meters.hidden = false;
    return undefined;
  });
  const reason = impossible();
  button.disabled = Boolean(reason);
  return Dom.make("div", { class: "microphone" },
    field("Language", language),
    Dom.make("p", {}, "Read this aloud, or speak for ten seconds:"), passage,
    Dom.make("label", { class: "option", for: "read-passage" }, read, "I read these words"),
    Dom.make("div", { class: "row" }, button, meters),
    reason ? Dom.make("p", { class: "note" }, `The microphone cannot be used: ${reason}.`) : null);
}

/** @param {HTMLElement} judged @param {any} found */
function draw(judged, found) {
  const canvas = /** @type {HTMLCanvasElement} */ (judged.querySelector("canvas"));
  drawPeaks(canvas, found.peaks, [found.start_s / found.seconds, (found.start_s + found.measures.seconds) / found.seconds]);
}

/**
 * A judged recording, and the form that keeps it.
 * @param {any} first as the server judged it @param {import("./voices.js").Shelf} shelf @param {any} context
 * @param {string} spoken the language that was chosen @param {() => void} done
 */
function result(first, shelf, context, spoken, done) {
  let found = first;
  const table = Dom.make("table", { class: "measures" });
  const text = Dom.make("textarea", { id: "clone-text", rows: "3", dir: "auto" });
  text.value = found.text;
  const verdict = Dom.make("p", { class: "verdict-of", role: "status" });
  const anyway = Dom.make("input", { type: "checkbox", id: "clone-anyway" });
  const all = Dom.make("label", { class: "option", for: "clone-anyway" }, anyway, "Keep it all the same");
  const language = languageChoice("clone-said-in", shelf.languages, found.language || spoken);

  const show = () => {
    const texts = found.faults.filter((/** @type {any} */ fault) => fault.of === "text");
    table.replaceChildren(Dom.make("caption", { class: "visually-hidden" }, "How the recording was judged"), Dom.make("tbody", {}, ...rows(found, texts)));
    all.hidden = !found.faults.length;
    verdict.textContent = found.faults.length ? `Not good enough as it is: ${found.faults.map((/** @type {any} */ fault) => fault.text).join("; ")}.` : "Good: nothing speaks against it.";
    verdict.classList.toggle("bad", found.faults.length > 0);
    verdict.classList.toggle("good", !found.faults.length);
  };
  /** Have it judged anew. @param {Record<string, any>} more */
  const again = async (more) => {
    found = await context.post(`api/recordings/${found.id}`, { language: language.value, ...more });
    if (more.transcribe) {
      text.value = found.text;
      language.value = found.language;
    }
    show();
  };
  const change = () => again({ text: text.value }).catch((error) => context.say(words(error), true));
  text.onchange = change;
  language.onchange = change;
  show();

  const write = Dom.make("button", { type: "button" }, "Write it down for me");
  write.onclick = () => context.busy(write, () => again({ transcribe: true, language: "" }));
  write.disabled = Boolean(shelf.able.transcribe);
  const hear = context.listen("Hear what is kept", () => sound(`api/recordings/${found.id}/kept`, context.signal), "Hear what is kept");
  const heading = Dom.make("h3", { tabindex: "-1", dir: "auto" }, found.source);
  return Dom.make("div", { class: "judged" }, heading, verdict,
    Dom.make("canvas", { class: "peaks", role: "img", "aria-label": `Waveform: ${found.measures.seconds.toFixed(1)} s of ${found.seconds.toFixed(1)} s are kept` }),
    Dom.make("div", { class: "row" }, hear), Dom.make("div", { class: "table" }, table),
    field("What is said in the part that is kept", text, "With it the voice goes on as the reader does; without, it keeps only how they sound."),
    Dom.make("div", { class: "row" }, field("Language", language), write, shelf.able.transcribe ? Dom.make("span", { class: "note" }, `It cannot be written down here: ${shelf.able.transcribe}.`) : null),
    keepForm(() => ({ recording: found.id, text: text.value, language: language.value, ...(anyway.checked ? { anyway: true } : {}) }), all, shelf, context, done));
}

/** The rows of the table. @param {any} found @param {any[]} texts faults of the text */
function rows(found, texts) {
  const { measures: it, faults } = found;
  const db = (/** @type {number} */ value) => `${value < 0 ? "−" : ""}${Math.abs(Math.round(value))} dB`;
  const share = (/** @type {number} */ value) => `${(100 * value).toFixed(1)} %`;
  /** @type {[string, string, string][]} */
  const all = [
    ["seconds", "Length", `${it.seconds.toFixed(1)} s, of ${found.seconds.toFixed(1)} s`],
    ["level_db", "Level", `${db(it.level_db)}; it is set to −20 dB`],
    ["range_db", "Noise", `${db(it.noise_db)}, ${Math.round(it.range_db)} dB below the voice`],
    ["clipped", "Clipping", share(it.clipped)],
    ["above_4_khz_db", "Above 4 kHz", db(it.above_4_khz_db)],
    ["still", "Music", `tones stand still for ${share(it.still)}`],
    ["semitones", "Readers", it.semitones ? `two, ${Math.round(it.semitones)} semitones apart` : "one"],
  ];
  const bad = new Set(faults.map((/** @type {any} */ fault) => fault.of));
  const shown = all.map(([name, label, value]) => row(label, value, bad.has(name) ? "bad" : "good"));
  if (found.text) shown.push(row("Text", texts.map((fault) => fault.text).join("; ") || "fits the length and the language", texts.length ? "bad" : "good"));
  return shown;
}

/** @param {string} label @param {string} value @param {string} kind */
const row = (label, value, kind) => Dom.make("tr", {}, Dom.make("th", { scope: "row" }, label), Dom.make("td", {}, value), Dom.make("td", {}, Dom.make("span", { class: `badge ${kind}` }, SIGNS[kind])));

/**
 * Name, consent and terms. @param {() => Record<string, any>} recorded @param {HTMLElement} anyway
 * @param {import("./voices.js").Shelf} shelf @param {any} context @param {() => void} done
 */
function keepForm(recorded, anyway, shelf, context, done) {
  const name = Dom.make("input", { id: "clone-name", required: true, autocomplete: "off", dir: "auto" });
  const consent = Dom.make("input", { id: "clone-consent", required: true, autocomplete: "off" });
  const licence = Dom.make("input", { id: "clone-licence", autocomplete: "off" });
  const description = Dom.make("input", { id: "clone-about", autocomplete: "off" });
  const keep = Dom.make("button", { type: "submit", class: "primary" }, "Keep this voice");
  const form = Dom.make("form", { class: "keep" },
    Dom.make("div", { class: "pair" }, field("Name of the voice", name), field("Whose voice it is, and how they agreed", consent, "such as: my own voice; or: Jane Doe, by letter of 3 May")),
    Dom.make("div", { class: "pair" }, field("A few words about it (optional)", description), field("What it may be used for (optional)", licence)),
    anyway, Dom.make("p", {}, keep),
    shelf.able.speak.base ? Dom.make("p", { class: "note" }, `It can be kept now, but not speak here: ${shelf.able.speak.base}.`) : null);
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    context.busy(keep, async () => {
      const { voice, said } = await context.post("api/voices", { ...recorded(), name: name.value, consent: consent.value, licence: licence.value, description: description.value });
      done();
      await shelf.refresh(voice.name);
      context.say(said.join(" "));
    });
  };
  return form;
}
