// Try: a text said at once, heard while it is made, with what it took.

import { drawPeaks } from "./peaks.js";
import { RATE, speak } from "./stream.js";
import { field, languageChoice } from "./voices.js";
import { wav } from "./wav.js";

/* global Dom */

export const title = "Try";
export const key = "t";
export const lead = "Write a text, and hear a voice say it.";

const FRAMES_A_SECOND = 12.5; // of 80 ms, as the models make them
const PEAK_SAMPLES = RATE / 100;
const MOST = 20000; // characters
const MOST_FRAMES = 250; // in a piece

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const [{ voices, languages }, able] = await Promise.all([context.get("api/voices"), context.get("api/voices/able")]);
  const remembered = JSON.parse(sessionStorage.getItem("try") ?? "{}");
  const text = Dom.make("textarea", { id: "try-text", rows: "4", maxlength: String(MOST), dir: "auto" });
  const voice = voiceChoice(voices, able, remembered.voice ?? "narrator");
  const language = languageChoice("try-language", languages);
  const direction = Dom.make("input", { id: "try-direction", autocomplete: "off", placeholder: "whispered, close to tears" });
  const deaf = Dom.make("span", { class: "note", id: "try-deaf" });
  const streamed = Dom.make("input", { type: "radio", name: "how", id: "try-streamed", checked: remembered.how !== "whole" });
  const all = Dom.make("input", { type: "radio", name: "how", id: "try-whole", checked: remembered.how === "whole" });
  const chunk = Dom.make("input", { type: "number", id: "try-chunk", min: "1", max: String(MOST_FRAMES), inputmode: "numeric", value: remembered.chunk ?? "4" });
  const chunkNote = Dom.make("span", { class: "note hint", id: "try-chunk-note" });
  chunk.setAttribute("aria-describedby", chunkNote.id);
  const say = Dom.make("button", { type: "submit", class: "primary" }, "Say it ", Dom.make("kbd", {}, "Ctrl Enter"));
  const stop = Dom.make("button", { type: "button", disabled: true }, "Stop");
  const board = figures();
  const canvas = Dom.make("canvas", { class: "peaks", role: "img", "aria-label": "Waveform of what was made" });
  const after = Dom.make("div", { class: "actions", hidden: true });
  const failure = Dom.make("p", { class: "bad", role: "alert", hidden: true });
  const form = Dom.make("form", { class: "card try" },
    field("Text", text),
    Dom.make("div", { class: "pair" }, field("Voice", voice), field("Language", language)),
    Dom.make("div", { class: "pair" }, Dom.make("div", {}, field("Direction", direction), deaf),
      Dom.make("fieldset", {}, Dom.make("legend", {}, "When it is heard"), Dom.make("div", { class: "options" },
        Dom.make("label", { class: "option", for: "try-streamed" }, streamed, "Streamed: while it is made"),
        Dom.make("label", { class: "option", for: "try-whole" }, all, "Whole: when all of it is there")),
        field("Chunk size, in frames of 80 ms", chunk), chunkNote)),
    Dom.make("div", { class: "actions" }, say, stop), failure);
  root.append(form, Dom.make("section", { class: "card", "aria-labelledby": "took-title" }, Dom.make("h2", { id: "took-title" }, "What it took"), board.list, canvas, after),
    ...unheard(voices, able));

  const chosen = () => voices.find((/** @type {any} */ one) => one.name === voice.value);
  const settle = () => {
    const { speaks, languages: known } = chosen();
    language.value = known[0] ?? "en";
    language.disabled = speaks === "draft";
    deaf.textContent = able.direct[speaks] ? `It heeds no direction: ${able.direct[speaks]}.` : "";
    direction.disabled = Boolean(able.direct[speaks]);
    chunk.disabled = speaks === "draft" || all.checked;
    chunkNote.textContent = speaks === "draft" ? "It makes a sentence at once, so that is how it is streamed." : all.checked ? ""
      : "While the engine speaks for others too, or where this is empty, sentence by sentence.";
    if (!text.value || Object.values(languages).some((one) => one.passage === text.value)) text.value = languages[language.value].passage;
  };
  voice.onchange = settle;
  streamed.onchange = settle;
  all.onchange = settle;
  language.onchange = () => { if (Object.values(languages).some((one) => one.passage === text.value)) text.value = languages[language.value].passage; };
  text.value = remembered.text ?? "";
  settle();
  form.onsubmit = (/** @type {Event} */ event) => { event.preventDefault(); begin(); };
  form.onkeydown = (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); begin(); } };

  /** @type {AbortController | null} */
  let going = null;
  stop.onclick = () => going?.abort();
  context.signal.addEventListener("abort", () => going?.abort());

  function begin() {
    if (!text.value.trim()) { text.focus(); return; }
    if (!form.reportValidity()) return;
    sessionStorage.setItem("try", JSON.stringify({ text: text.value, voice: voice.value, how: all.checked ? "whole" : "streamed", chunk: chunk.value }));
    context.stop();
    going?.abort();
    going = new AbortController();
    hear(going).catch((error) => {
      if (error.name === "AbortError") return;
      failure.textContent = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
      failure.hidden = false;
    });
  }

  /** @param {AbortController} run */
  async function hear(run) {
    const asked = { model: "narrate", input: text.value, voice: voice.value, ...(direction.value && !direction.disabled ? { instructions: direction.value } : {}), language: language.value, ...(chunk.value && !chunk.disabled ? { chunk_frames: Number(chunk.value) } : {}) };
    failure.hidden = true;
    after.hidden = true;
    board.clear();
    /** @type {number[]} */
    const heights = [];
    drawPeaks(canvas, heights);
    stop.disabled = false;
    say.setAttribute("aria-busy", "true");
    const timer = setInterval(board.tick, 100);
    try {
      const made = await speak(asked, run.signal, !all.checked, (taken, piece) => {
        board.show(taken);
        for (let at = 0; at < piece.length; at += PEAK_SAMPLES) heights.push(peak(piece.subarray(at, at + PEAK_SAMPLES)));
        drawPeaks(canvas, heights);
      });
      clearInterval(timer);
      board.show(made.figures);
      offer(made.pieces);
      context.say(board.sentence());
      say.removeAttribute("aria-busy");
      await made.heard;
    } finally {
      clearInterval(timer);
      if (going === run) {
        stop.disabled = true;
        say.removeAttribute("aria-busy");
      }
    }
  }

  /** @param {Int16Array[]} pieces */
  function offer(pieces) {
    const sound = wav(pieces, RATE);
    const address = URL.createObjectURL(sound);
    context.signal.addEventListener("abort", () => URL.revokeObjectURL(address));
    const again = context.listen("Hear it again", async () => sound, "Hear it again");
    const name = text.value.trim().toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, 6).join("-") || "line";
    after.replaceChildren(again, Dom.make("a", { class: "button", href: address, download: `${name}.wav` }, "Save as WAV"));
    after.hidden = false;
  }
}

/** The highest of some samples, from 0 to 255. @param {Int16Array} samples */
const peak = (samples) => samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0) >> 7;

/** Voices that can speak here; those that cannot are shown, and cannot be chosen. @param {any[]} voices @param {any} able @param {string} chosen */
function voiceChoice(voices, able, chosen) {
  const option = (/** @type {any} */ one) => Dom.make("option", { value: one.name, selected: one.name === chosen, disabled: Boolean(one.damage || able.speak[one.speaks]) }, one.name);
  const groups = [["Your own", voices.filter((one) => one.own)], ["They came with narrate", voices.filter((one) => !one.own)]];
  return Dom.make("select", { id: "try-voice" }, ...groups.filter(([, of]) => of.length).map(([label, of]) => Dom.make("optgroup", { label }, .../** @type {any[]} */ (of).map(option))));
}

/** Why some voices cannot be chosen. @param {any[]} voices @param {any} able */
function unheard(voices, able) {
  const kinds = new Map(voices.filter((one) => able.speak[one.speaks]).map((one) => [one.speaks, voices.filter((other) => other.speaks === one.speaks).map((other) => other.name)]));
  return [...kinds].map(([kind, names]) => Dom.make("p", { class: "note why" }, `Cannot be heard here: ${names.join(", ")}. ${able.speak[kind]}.`));
}

/** What it took, live. */
function figures() {
  const rows = /** @type {[string, string, string][]} */ ([
    ["first", "First sound", "after"], ["rtf", "RTF", "s of sound a second"], ["frames", "Frames", "of 80 ms"], ["audio", "Sound", "made"], ["wall", "Time", "since it was asked for"], ["gaps", "Gaps", "while it was heard"],
  ]);
  const cells = Object.fromEntries(rows.map(([name]) => [name, Dom.make("dd", { id: `try-${name}` }, "–")]));
  const list = Dom.make("dl", { class: "took" }, ...rows.map(([name, label, of]) => Dom.make("div", {}, Dom.make("dt", {}, label, Dom.make("span", { class: "visually-hidden" }, ` (${of})`)), cells[name], Dom.make("dd", { class: "note", "aria-hidden": "true" }, of))));
  let began = 0;
  const clear = () => {
    began = performance.now();
    for (const cell of Object.values(cells)) cell.textContent = "–";
  };
  const tick = () => { cells.wall.textContent = `${((performance.now() - began) / 1000).toFixed(1)} s`; };
  const show = (/** @type {import("./stream.js").Figures} */ taken) => {
    if (taken.first_s !== null) cells.first.textContent = taken.first_s < 1 ? `${Math.round(1000 * taken.first_s)} ms` : `${taken.first_s.toFixed(2)} s`;
    cells.rtf.textContent = (taken.audio_s / taken.wall_s).toFixed(1);
    cells.frames.textContent = String(Math.round(taken.audio_s * FRAMES_A_SECOND));
    cells.audio.textContent = `${taken.audio_s.toFixed(1)} s`;
    cells.wall.textContent = `${taken.wall_s.toFixed(1)} s`;
    cells.gaps.textContent = String(taken.gaps);
  };
  const sentence = () => `${cells.audio.textContent} of sound in ${cells.wall.textContent}, the first of it after ${cells.first.textContent}.`;
  return { list, clear, tick, show, sentence };
}
