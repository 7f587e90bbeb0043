// What comes of the book: formats and targets, whether the files are of the book as it is, checks, and downloads.

import { about } from "./about.js";
import { counted, size } from "./context.js";

/* global Dom */

export const title = "Deliver";
export const key = "d";
export const lead = "Choose what you want, have it made, and save it.";

/** @type {[string, string, string][]} */
const FORMATS = [
  ["m4b", "M4B", "one file with chapters, for audiobook players"],
  ["mp3", "MP3", "a file a chapter, for shops and old players"],
  ["mp3-single", "MP3, one file", "the whole book in one file"],
  ["epub", "EPUB to read along", "text and sound together"],
  ["audiobookshelf", "Audiobookshelf", "a folder as that server reads it"],
  ["podcast", "Podcast", "episodes with their feed"],
  ["daisy202", "DAISY 2.02", "for people who cannot see: players and libraries for the blind"],
  ["daisy3", "DAISY 3", "the same, for newer players and apps"],
  ["lpf", "W3C Audiobook (LPF)", "an open standard, with the words beside the sound"],
  ["audiobook", "Readium audiobook", "for reading apps such as Thorium"],
  ["flac", "FLAC", "lossless, a file a chapter"],
  ["opus", "Opus", "small, a file a chapter"],
  ["wav", "WAV", "uncompressed, a file a chapter"],
  ["stems", "Stems", "each speaker alone, for a studio"],
  ["srt", "SRT", "captions"],
  ["vtt", "WebVTT", "captions for the web"],
  ["lrc", "LRC", "words in time, as lyrics"],
  ["json", "JSON", "a transcript for programs"],
];
/** @type {[string, string, string][]} */
const TARGETS = [
  ["books", "My own players", "as loud as other books"],
  ["acx", "Audible (ACX)", "by its rules, to be sold there"],
  ["podcast", "Podcast", "as loud as other podcasts, one channel"],
  ["podcast-stereo", "Podcast in stereo", "for hosts that ask for two channels"],
];
const STANDS = /** @type {Record<string, [string, string]>} */ ({ current: ["up to date", "good"], old: ["older than the book", "bad"], missing: ["not made yet", ""] });
const SHOWN = 6; // formats, before the others are asked for

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const state = { book: await context.get(context.api), /** @type {any} */ job: null };
  state.job = state.book.job;
  const form = choice(state.book);
  const make = Dom.make("button", { type: "submit", class: "primary", id: "make-files" });
  const told = Dom.make("p", { id: "told", class: "note" });
  const bar = Dom.make("progress", { id: "how-far", max: 1, "aria-label": "Making the files" });
  form.append(Dom.make("div", { class: "row" }, make, told), bar);
  const files = Dom.make("section", { class: "card", "aria-labelledby": "files-title" });
  root.append(files, form, checks(context));

  let made = false; // just now
  const draw = () => {
    const on = going(state.job);
    const missing = state.book.status.takes_missing;
    make.textContent = on ? "Stop" : "Make the files";
    bar.hidden = !on;
    if (state.job?.of) [bar.max, bar.value] = [state.job.of, state.job.done];
    else bar.removeAttribute("value");
    told.className = state.job?.error ? "bad" : "note";
    told.textContent = on ? stage(state.job) : state.job?.error || (missing ? `${counted(missing, "line")} are not spoken yet; that is done first.` : "");
    drawStanding(form, state.book);
    drawFiles(files, state.book, context);
  };
  const look = async () => {
    state.book = await context.get(context.api);
    took(state.book.job);
    const waits = [document.body, make].includes(/** @type {any} */ (document.activeElement));
    if (made && waits && state.book.files.length) Dom.byId("files-title").focus(); // they are there, to be saved
    made = false;
  };
  /** The job is so now. @param {any} job */
  const took = (job) => {
    const over = going(state.job) && !going(job);
    state.job = job;
    draw();
    if (over) context.say(job?.error || (job?.state === "stopped" ? "Stopped; what is finished is kept." : "The audiobook is made."), Boolean(job?.error));
    made ||= over && job?.state === "done";
    return over;
  };
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    context.busy(make, async () => {
      if (going(state.job)) {
        state.job = await context.post(`${context.api}/stop`);
        context.say("Stopping; what is finished is kept.");
      } else {
        const formats = [...form.querySelectorAll("input[name=format]:checked")].map((box) => box.value);
        if (!formats.length) throw new Error("choose a format first");
        state.job = await context.post(`${context.api}/deliver`, { formats, target: form.querySelector("input[name=target]:checked").value });
        context.say("The files are being made.");
      }
      draw();
    });
  };
  context.on("job", (/** @type {any} */ job) => {
    if (job.project === context.project && took(job)) look();
  });
  context.on("back", look);
  context.every(3, () => (going(state.job) ? look() : undefined));
  draw();
  form.before(await about(context, look));
}

/** Whether a job is not over. @param {any} job */
const going = (job) => Boolean(job) && (job.state === "waiting" || job.state === "working");

/** @param {any} job */
const stage = (job) => (job.state === "waiting" ? "Waiting for its turn." : `${job.stage ? job.stage.charAt(0).toUpperCase() + job.stage.slice(1) : "Beginning"}${job.of ? `: ${job.done} of ${job.of}` : "…"}`);

/** The form of what is wanted. @param {any} book */
function choice(book) {
  const there = new Set([...book.formats, ...book.files.map((/** @type {any} */ file) => file.form)]);
  const box = (/** @type {[string, string, string]} */ [value, name, text]) => Dom.make("label", { class: "option", "data-form": value },
    Dom.make("input", { type: "checkbox", name: "format", value, checked: there.has(value) }),
    Dom.make("span", {}, Dom.make("strong", {}, name), " ", Dom.make("span", { class: "note" }, text), Dom.make("span", { class: "stands" })));
  const dot = (/** @type {[string, string, string]} */ [value, name, text]) => Dom.make("label", { class: "option" },
    Dom.make("input", { type: "radio", name: "target", value, checked: value === book.target }),
    Dom.make("span", {}, Dom.make("strong", {}, name), " ", Dom.make("span", { class: "note" }, text)));
  const few = FORMATS.filter(([value], n) => n < SHOWN || there.has(value));
  const rest = FORMATS.filter((one) => !few.includes(one));
  return Dom.make("form", { class: "card", id: "wanted", "aria-label": "What is made" },
    Dom.make("fieldset", {}, Dom.make("legend", {}, "What is made"), Dom.make("div", { class: "options" }, ...few.map(box)),
      rest.length ? Dom.make("details", {}, Dom.make("summary", {}, "More formats"), Dom.make("div", { class: "options" }, ...rest.map(box))) : null),
    Dom.make("fieldset", {}, Dom.make("legend", {}, "Made for"), Dom.make("div", { class: "options" }, ...TARGETS.map(dot))));
}

/** How each format stands to the book. @param {HTMLElement} form @param {any} book */
function drawStanding(form, book) {
  const all = new Map(book.status.deliverables.map((/** @type {any} */ it) => [it.form, it]));
  for (const label of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-form]"))) {
    const it = /** @type {any} */ (all.get(label.dataset.form));
    const [text, tone] = it ? STANDS[it.state] : ["", ""];
    label.querySelector(".stands")?.replaceChildren(...(text && it.state !== "missing" ? [Dom.make("span", { class: `badge ${tone}`, title: it.why || null }, it.why ? `${text}: ${it.why}` : text)] : []));
  }
}

/** The files, to be saved. @param {HTMLElement} section @param {any} book @param {any} context */
function drawFiles(section, book, context) {
  const shown = JSON.stringify(book.files);
  if (section.dataset.shown === shown) return;
  section.dataset.shown = shown;
  /** @type {Map<string, any[]>} */
  const forms = new Map();
  for (const file of book.files) forms.set(file.form, [...(forms.get(file.form) ?? []), file]);
  const link = (/** @type {any} */ file) => Dom.make("a", { href: `${context.api}/files/${file.name.split("/").map(encodeURIComponent).join("/")}`, download: true }, file.name.split("/").pop());
  const groups = [...forms].map(([form, files]) => {
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    if (files.length === 1) return Dom.make("li", {}, link(files[0]), Dom.make("span", { class: "length" }, size(bytes)));
    const name = FORMATS.find(([value]) => value === form)?.[1] ?? form;
    return Dom.make("li", {}, Dom.make("a", { href: `${context.api}/zip/${form}`, download: true }, `${name}: ${counted(files.length, "file")} in a ZIP`), Dom.make("span", { class: "length" }, size(bytes)),
      Dom.make("details", {}, Dom.make("summary", {}, "One by one"), Dom.make("ul", { class: "plain" }, ...files.map((file) => Dom.make("li", {}, link(file), Dom.make("span", { class: "length" }, size(file.size)))))));
  });
  section.hidden = !groups.length;
  section.replaceChildren(Dom.make("h2", { id: "files-title", tabindex: "-1" }, "Your files"), Dom.make("ul", { class: "files" }, ...groups));
}

/** The checks, when they are asked for. @param {any} context */
function checks(context) {
  const button = Dom.make("button", { type: "button", id: "check" }, "Check the book");
  const found = Dom.make("div", { id: "found-checks", role: "status" });
  button.onclick = () => context.busy(button, async () => {
    const it = await context.get(`${context.api}/checks`);
    const bad = it.rules.filter((/** @type {any} */ rule) => !rule.ok);
    found.replaceChildren(Dom.make("ul", { class: "checks" },
      verdict(!it.flaws.length, it.flaws.length ? `${counted(it.flaws.length, "gap or repeat", "gaps and repeats")} in ${counted(it.lines, "line")}` : `Every word of ${counted(it.lines, "line")} is said, once and in order`, it.proof),
      verdict(!it.quarantined.length, it.quarantined.length ? `${counted(it.quarantined.length, "line")} failed the checks and nobody has accepted them` : "Every take passed its checks, or was accepted"),
      it.rules.length ? verdict(!bad.length, bad.length ? `${counted(bad.length, "rule")} of Audible's (ACX) not met` : "The MP3 files meet Audible's rules (ACX)") : verdict(null, `Audible's rules (ACX) are not looked at: ${it.no_rules}`)),
    bad.length ? Dom.make("ul", { class: "plain" }, ...grouped(bad).map((text) => Dom.make("li", {}, text))) : "");
  });
  return Dom.make("section", { class: "card", "aria-labelledby": "checks-title" }, Dom.make("h2", { id: "checks-title" }, "Checks"), Dom.make("p", { class: "note" }, "Is every word said, is every take good, and would a shop take the files?"), button, found);
}

/** Rules that are not met, each once with its files. @param {any[]} bad */
function grouped(bad) {
  /** @type {Map<string, any[]>} */
  const rules = new Map();
  for (const rule of bad) rules.set(rule.rule, [...(rules.get(rule.rule) ?? []), rule]);
  return [...rules].map(([rule, all]) => {
    const where = all[0].file ? ` in ${all.length === 1 ? all[0].file : counted(all.length, "file")}` : "";
    return `${rule}${where}: ${all[0].measured}, wanted ${all[0].wanted}`;
  });
}

/** One finding. @param {boolean | null} good null: nobody looked @param {string} text @param {string} [more] */
function verdict(good, text, more = "") {
  const mark = good === null ? "–" : good ? "✓" : "✗";
  const said = good === null ? "Not checked" : good ? "Good" : "Not good";
  return Dom.make("li", { class: good === null ? "" : good ? "good" : "bad" }, Dom.make("span", { "aria-hidden": "true" }, mark), Dom.make("span", { class: "visually-hidden" }, `${said}: `), Dom.make("span", {}, text, more ? Dom.make("span", { class: "note" }, ` (${more})`) : null));
}
