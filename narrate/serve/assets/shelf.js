// The shelf: the books that there are, and the place where another is dropped.

import { counted, words } from "./context.js";

/* global Dom */

export const title = "Shelf";
export const key = "s";
export const lead = "Your books. Each becomes an audiobook on this machine; nothing is sent anywhere.";

const STATES = /** @type {Record<string, [string, string]>} */ ({
  new: ["not begun", ""],
  working: ["at work", "going"],
  stopped: ["stopped", ""],
  failed: ["failed", "bad"],
  rendered: ["spoken", ""],
  finished: ["finished", "good"],
});

/** What a person does who begins. */
const STEPS = [
  ["Bring a book.", "It is read at once: its chapters, and who says what."],
  ["Choose the voices.", "Hear each of them on a line of the book, or have them proposed."],
  ["Have it spoken.", "That takes a while; you may close the page meanwhile."],
  ["Listen.", "A line that sounds wrong is changed, and spoken again."],
  ["Save the audiobook.", "One file with chapters, MP3 files, and more."],
];

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const list = Dom.make("ul", { class: "books", "aria-label": "Books" });
  const first = Dom.make("section", { class: "first", "aria-labelledby": "first-title", hidden: true },
    Dom.make("h2", { id: "first-title" }, "How it goes"), Dom.make("ol", { class: "plain" }, ...STEPS.map(([name, text]) => Dom.make("li", {}, Dom.make("strong", {}, name), ` ${text}`))));
  root.append(dropPlace(context), list, first);
  /** Which files of a book are older than it is. @type {Map<string, string>} */
  const old = new Map();
  let books = /** @type {any[]} */ ([]);
  const show = () => keep(list, books.map((book) => card(book, old.get(book.name) ?? "")));
  const draw = async () => {
    books = await context.get("api/shelf");
    show();
    first.hidden = books.length > 0;
  };
  /** Look at the finished books, one after another: that takes the server longer. */
  const stale = async () => {
    for (const { name } of books.filter((book) => book.files)) {
      const { status } = await context.get(`api/projects/${encodeURIComponent(name)}`);
      const forms = status.deliverables.filter((/** @type {any} */ it) => it.state === "old").map((/** @type {any} */ it) => it.form);
      old.set(name, forms.length ? `${forms.join(", ")} older than the book` : "");
    }
    show();
  };
  context.post("api/ready").catch(() => undefined); // a book will be heard soon
  await draw();
  context.every(4, draw);
  context.on("job", (/** @type {any} */ job) => { if (!job.progress) draw(); });
  context.on("back", draw);
  context.every(30, stale);
  await stale().catch(() => undefined);
}

/** The list with these rows; one that has not changed stays, and keeps the focus. @param {HTMLElement} list @param {HTMLElement[]} rows */
function keep(list, rows) {
  rows.forEach((row, number) => {
    const there = list.children[number];
    if (!there) list.append(row);
    else if (there.outerHTML !== row.outerHTML) there.replaceWith(row);
  });
  while (list.children.length > rows.length) list.lastElementChild?.remove();
}

/** @param {any} context */
function dropPlace(context) {
  const input = Dom.make("input", { type: "file", id: "file", class: "visually-hidden" });
  context.get("api/forms").then((/** @type {string[]} */ forms) => { input.accept = forms.join(","); }).catch(() => undefined);
  const label = Dom.make("label", { for: "file", class: "button primary" }, "Choose a file");
  const place = Dom.make("section", { class: "drop", "aria-labelledby": "drop-title" },
    Dom.make("h2", { id: "drop-title" }, matchMedia("(pointer: coarse)").matches ? "Bring a book" : "Drop a book here"),
    Dom.make("p", { class: "note" }, "EPUB, Word, PDF, HTML, Markdown, text, a screenplay or a script. It stays on this machine."),
    Dom.make("p", {}, input, label));
  /** @param {File | undefined} file */
  const take = async (file) => {
    if (!file) return;
    if (place.getAttribute("aria-busy")) return void Dom.say("One book at a time: the other one is still being read.", true);
    place.setAttribute("aria-busy", "true");
    Dom.say(`Reading ${file.name}…`);
    try {
      const begun = await context.send("api/shelf", file);
      sessionStorage.setItem(`notes ${begun.name}`, JSON.stringify(begun.notes));
      sessionStorage.setItem("dropped", begun.name);
      context.go("book", begun.name);
    } catch (error) {
      Dom.say(words(error), true);
    } finally {
      place.removeAttribute("aria-busy");
      input.value = "";
    }
  };
  input.onchange = () => take(input.files[0]);
  const { signal } = context;
  document.addEventListener("dragover", () => place.classList.add("over"), { signal });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) place.classList.remove("over"); }, { signal });
  document.addEventListener("drop", (event) => {
    place.classList.remove("over");
    const { files, items } = /** @type {DataTransfer} */ (event.dataTransfer);
    if (items[0]?.webkitGetAsEntry()?.isDirectory) return Dom.say("That is a folder: drop the book's file itself.", true);
    if (files.length > 1) return Dom.say("One book at a time, please.", true);
    return void take(files[0]);
  }, { signal });
  context.keys({ o: ["Choose a file", () => input.click()] });
  return place;
}

/** @param {any} book @param {string} old */
function card(book, old) {
  const [state, tone] = STATES[book.state] ?? [book.state, ""];
  const name = encodeURIComponent(book.name);
  const facts = [
    book.lines ? (book.made < book.lines ? `${book.made} of ${counted(book.lines, "line")}` : counted(book.lines, "line")) : "",
    book.audio_s ? Dom.clock(book.audio_s) : "",
    book.rtf ? `${book.rtf.toFixed(1)} × real time` : "",
    book.files ? counted(book.files, "file") : "",
  ].filter(Boolean).map((fact) => fact.replaceAll(" ", "\u00a0")).join(" · ");
  return Dom.make("li", { class: "card book" },
    book.cover ? Dom.make("img", { src: `api/projects/${name}/cover`, alt: "", width: 96, height: 96, loading: "lazy" }) : null,
    Dom.make("div", {},
      Dom.make("h2", { dir: "auto" }, Dom.make("a", { href: `#book/${name}` }, book.title)),
      Dom.make("p", { class: "note", dir: "auto" }, book.problem || book.author),
      book.lines && book.made < book.lines ? Dom.make("progress", { max: book.lines, value: book.made, "aria-label": "Lines spoken" }) : null,
      Dom.make("p", { class: "facts" },
        Dom.make("span", { class: `badge ${tone}` }, state),
        book.quarantined ? Dom.make("span", { class: "badge bad" }, `${book.quarantined} to review`) : null,
        old ? Dom.make("span", { class: "badge bad" }, old) : null,
        Dom.make("span", {}, facts))));
}
