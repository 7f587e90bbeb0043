// One book as it was read: its chapters with their lines, who speaks, and what to do next.

import { counted, roughly } from "./context.js";

/* global Dom */

export const title = "Book";
export const key = "b";
export const lead = "";

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const [book, cast] = await Promise.all([context.get(context.api), context.get(`${context.api}/cast`)]);
  Dom.byId("heading").textContent = book.status.title;
  root.append(about(book, cast, context), chapters(book, cast, context), speakers(cast, context));
  const kept = sessionStorage.getItem(`notes ${book.name}`);
  const notes = /** @type {string[]} */ (kept ? JSON.parse(kept) : []);
  if (sessionStorage.getItem("dropped") === book.name) { // who has just dropped it will want to hear it
    sessionStorage.removeItem("dropped");
    /** @type {any} */ (root.querySelector(".about .hear"))?.ahead().catch(() => undefined);
  }
  if (notes.length) {
    root.append(Dom.make("details", { class: "card" }, Dom.make("summary", {}, "How it was read"),
      Dom.make("ul", { class: "plain" }, ...notes.map((note) => Dom.make("li", {}, note)))));
  }
}

/** @param {any} book @param {any} cast @param {any} context */
function about(book, cast, context) {
  const { status } = book;
  const first = cast.speakers[0]?.hear[0];
  const hear = first ? context.listen("Hear a line", () => context.audio(`${context.api}/cast/hear`, { place: first.place }), "Hear it") : null;
  const left = status.takes_missing;
  const length = left ? `about ${roughly(status.audio_left_s)} still to be spoken` : status.audio_s ? Dom.clock(status.audio_s) : "all of it is spoken";
  const facts = [counted(book.chapters.length, "chapter"), counted(status.lines, "line"), counted(book.words, "word"), counted(book.speakers, "speaker"), length];
  return Dom.make("section", { class: "about", "aria-label": "The book" },
    book.cover ? Dom.make("img", { src: `${context.api}/cover`, alt: "", width: 180, height: 180 }) : null,
    Dom.make("div", {},
      Dom.make("p", { class: "note", dir: "auto" }, book.author),
      Dom.make("p", { id: "facts" }, `${facts.join(" · ")}.`)),
    Dom.make("p", { class: "actions" },
      hear,
      Dom.make("a", { class: "button primary", href: address("cast", context) }, "Cast the voices"),
      Dom.make("a", { class: "button", href: address("render", context) }, left ? "Have it spoken" : "The render"),
      status.takes_kept ? Dom.make("a", { class: "button", href: `projects/${encodeURIComponent(context.project)}/proof/` }, "Listen and mend") : null));
}

/** @param {string} screen @param {any} context */
const address = (screen, context) => `#${screen}/${encodeURIComponent(context.project)}`;

/** @param {any} book @param {any} cast @param {any} context */
function chapters(book, cast, context) {
  const hues = new Map(cast.speakers.filter((/** @type {any} */ one) => one.speaker !== "narrator").map((/** @type {any} */ one, /** @type {number} */ n) => [one.speaker, (n * 137.5 + 250) % 360]));
  const rows = book.chapters.filter((/** @type {any} */ chapter) => chapter.number).map((/** @type {any} */ chapter) => {
    const lines = Dom.make("ol", { class: "lines", "aria-label": `Lines of ${chapter.title}` });
    const details = Dom.make("details", {},
      Dom.make("summary", {}, Dom.make("span", { class: "name", dir: "auto" }, chapter.title),
        Dom.make("span", { class: "length" }, chapter.made && chapter.made < chapter.lines ? `${chapter.made} of ${counted(chapter.lines, "line")}` : counted(chapter.lines, "line"))),
      lines);
    details.ontoggle = async () => {
      if (!details.open || lines.children.length) return;
      await context.busy(details, async () => {
        const found = await context.get(`${context.api}/chapters/${chapter.number}`);
        lines.replaceChildren(...found.map((/** @type {any} */ line) => row(line, hues, context)));
      });
    };
    return Dom.make("li", {}, details);
  });
  return Dom.make("section", { class: "card", "aria-labelledby": "chapters-title" },
    Dom.make("h2", { id: "chapters-title" }, "Chapters"), Dom.make("ol", { class: "chapters" }, ...rows));
}

/** @param {any} line @param {Map<string, number>} hues @param {any} context */
function row(line, hues, context) {
  const hue = hues.get(line.speaker);
  const name = hue === undefined ? null : Dom.make("strong", { dir: "auto" }, line.speaker);
  const item = Dom.make("li", { class: hue === undefined ? "" : "tinted" },
    context.listen(`Hear line ${line.place}`, () => context.audio(`${context.api}/cast/hear`, { place: line.place })),
    Dom.make("span", { dir: "auto" }, name, name ? " " : null, line.text));
  if (hue !== undefined) item.style.setProperty("--hue", String(hue));
  return item;
}

/** @param {any} cast @param {any} context */
function speakers(cast, context) {
  const rows = cast.speakers.map((/** @type {any} */ one) => Dom.make("li", {},
    one.hear.length ? context.listen(`Hear ${one.speaker}`, () => context.audio(`${context.api}/cast/hear`, { place: one.hear[0].place })) : null,
    Dom.make("span", { class: "name", dir: "auto" }, one.speaker),
    Dom.make("span", { class: "length" }, `${counted(one.lines, "line")}, ${Math.round(one.share * 100)} % of the words`)));
  return Dom.make("section", { class: "card", "aria-labelledby": "speakers-title" },
    Dom.make("h2", { id: "speakers-title" }, "Who speaks"), Dom.make("ul", { class: "speakers" }, ...rows));
}
