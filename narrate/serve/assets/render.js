// The render: what is still to be spoken, its start and its end, how fast it goes, and the lines that need an ear.

import { counted, roughly } from "./context.js";
import { drawSpeed } from "./speed.js";

/* global Dom */

export const title = "Render";
export const key = "r";
export const lead = "Here the book is spoken, line by line. You may leave this page, and even close it: it goes on.";

const MOST_LISTED = 100;

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const state = { book: await context.get(context.api), /** @type {any} */ job: null, /** @type {any} */ pace: null, /** @type {number[][]} */ points: [] };
  state.job = state.book.job;
  const button = Dom.make("button", { type: "button", class: "primary", id: "start" });
  const name = encodeURIComponent(context.project);
  const next = [
    Dom.make("a", { class: "button primary", href: `projects/${name}/proof/` }, "Listen and mend"),
    Dom.make("a", { class: "button", href: `#deliver/${name}` }, "Make the files"),
  ];
  const bar = Dom.make("progress", { id: "how-far", "aria-label": "Lines spoken" });
  const figures = Dom.make("dl", { id: "figures-now" });
  const told = Dom.make("p", { id: "told", class: "note" });
  const speed = Dom.make("figure", { id: "speed-now" });
  const listed = Dom.make("section", { class: "card", "aria-labelledby": "doubts-title" });
  const chapters = Dom.make("section", { class: "card", "aria-labelledby": "chapters-title" });
  root.append(Dom.make("section", { class: "card now", "aria-label": "The render" }, Dom.make("div", { class: "row" }, button, ...next, told), bar, figures, speed), listed, chapters);

  const look = async () => {
    state.book = await context.get(context.api);
    took(state.book.job);
    draw();
  };
  /** The job is so now; whether it has just ended. @param {any} job */
  const took = (job) => {
    const over = going(state.job) && !going(job);
    state.job = job;
    if (over) context.say(job?.error || (job?.state === "stopped" ? "Stopped; what is spoken is kept." : "All is spoken."), Boolean(job?.error));
    return over;
  };
  const draw = () => {
    drawNow(state, button, next, bar, figures, told);
    drawSpeed(speed, state.points.length > 1 ? state.points : state.book.pace);
    drawDoubts(listed, state.book, context);
    drawChapters(chapters, state.book.chapters);
  };
  button.onclick = () => context.busy(button, async () => {
    const stopping = going(state.job);
    if (!stopping) state.points = [];
    state.job = await context.post(`${context.api}/${stopping ? "stop" : "render"}`);
    context.say(stopping ? "Stopping; what is spoken is kept." : "It is being spoken. You may leave this page, and even close it.");
    draw();
  });
  context.keys({ " ": ["Start or stop the render", () => button.click()] });
  context.on("job", (/** @type {any} */ job) => {
    if (job.project !== context.project) return;
    const over = took(job);
    if (job.progress) {
      state.pace = job.progress;
      state.points.push([job.progress.audio_s / Math.max(job.progress.rtf, 1e-6), job.progress.audio_s]);
    }
    if (over) return void look();
    drawNow(state, button, next, bar, figures, told);
    drawSpeed(speed, state.points);
  });
  context.on("back", look);
  context.every(2, () => (going(state.job) ? look() : undefined));
  draw();
}

/** Whether a job is not over. @param {any} job */
const going = (job) => Boolean(job) && (job.state === "waiting" || job.state === "working");

/** The figures of now, what the button does, and the links to what comes next. */
function drawNow(/** @type {any} */ state, /** @type {any} */ button, /** @type {HTMLElement[]} */ next, /** @type {any} */ bar, /** @type {any} */ figures, /** @type {any} */ told) {
  const { book: { status, expected_s }, job, pace } = state;
  const on = going(job);
  const speaking = on && job.stage === "speaking" && job.of;
  const [done, of] = speaking ? [job.done, job.of] : [status.takes_kept, status.lines];
  bar.max = of || 1;
  bar.value = done;
  button.textContent = on ? "Stop" : done ? "Go on" : "Start";
  const last = document.activeElement === button;
  button.hidden = !on && done >= of;
  for (const link of next) link.hidden = !button.hidden;
  if (last && button.hidden) next[0].focus({ preventScroll: true });
  const rtf = on ? pace?.rtf : status.rtf;
  const left = on ? rtf && job.left_s : done < of ? expected_s : null; // before the first line nobody can tell
  const rows = [
    ["Lines", `${done.toLocaleString("en")} of ${of.toLocaleString("en")}`],
    ["Speed", rtf ? `${rtf.toFixed(1)} × real time` : "–"],
    ["Left", left ? roughly(left) : done < of ? "–" : "nothing"],
    ["To review", String(status.quarantined.length)],
  ];
  figures.replaceChildren(...rows.map(([name, value]) => Dom.make("div", {}, Dom.make("dt", {}, name), Dom.make("dd", {}, value))));
  told.className = job?.error ? "bad" : "note";
  told.textContent = sentence(status, job, done, of, on);
}

/** What is to be said of it. */
function sentence(/** @type {any} */ status, /** @type {any} */ job, /** @type {number} */ done, /** @type {number} */ of, /** @type {boolean} */ on) {
  if (job?.error) return job.error;
  if (on && job.state === "waiting") return "Waiting for its turn.";
  if (on && job.stage === "speaking") return "Speaking.";
  if (on) return job.stage ? `${job.stage}…` : "Beginning…";
  if (done >= of) return "Every line is spoken.";
  return `${counted(of - done, "line")} to speak: about ${roughly(status.audio_left_s)} of audio, with the ${status.engine} engine${status.engine === "draft" ? ", which needs no graphics card" : ""}.`;
}

/** The lines that failed their checks. */
function drawDoubts(/** @type {HTMLElement} */ section, /** @type {any} */ book, /** @type {any} */ context) {
  const bad = book.status.quarantined;
  const proof = `projects/${encodeURIComponent(context.project)}/proof/`;
  const shown = section.dataset.shown;
  section.dataset.shown = JSON.stringify(bad);
  if (shown === section.dataset.shown) return;
  const items = bad.slice(0, MOST_LISTED).map((/** @type {any} */ line) => Dom.make("li", {},
    context.listen(`Hear line ${line.line}`, () => context.audio(`${context.api}/cast/hear`, { place: line.line })),
    Dom.make("div", { class: "who" }, Dom.make("span", { class: "place" }, line.line), " ", Dom.make("span", { dir: "auto" }, line.text), Dom.make("span", { class: "why" }, line.why))));
  section.replaceChildren(Dom.make("h2", { id: "doubts-title" }, "Lines that need an ear"),
    bad.length
      ? Dom.make("p", { class: "note" }, `${counted(bad.length, "line")} failed the checks${bad.length > MOST_LISTED ? `; the first ${MOST_LISTED} are here` : ""}. `, Dom.make("a", { href: proof }, "Mend them on the proof page"), ".")
      : Dom.make("p", { class: "note" }, "None so far. A line whose sound fails a check is listed here as it comes."),
    Dom.make("ul", { class: "doubts" }, ...items));
}

/** How far each chapter is. @param {HTMLElement} section @param {any[]} all */
function drawChapters(section, all) {
  const rows = all.map((one) => Dom.make("li", {}, Dom.make("span", { class: "name", dir: "auto" }, one.title),
    Dom.make("progress", { max: one.lines || 1, value: one.made, "aria-label": `Lines of ${one.title}` }),
    Dom.make("span", { class: "length" }, `${one.made} of ${one.lines}`)));
  section.replaceChildren(Dom.make("h2", { id: "chapters-title" }, "Chapters"), Dom.make("ol", { class: "bars" }, ...rows));
}
