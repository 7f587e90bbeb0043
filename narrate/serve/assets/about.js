// What players and shops are told of a book: its names, cover, spoken credits, and where its podcast will be.

import { field } from "./voices.js";

/* global Dom */

/** Fields of a kind, with what they mean. @type {[string, [string, string, string][]][]} */
const PARTS = [
  ["", [
    ["title", "Title", ""],
    ["subtitle", "Subtitle", ""],
    ["author", "Author", ""],
    ["narrator", "Read by", "In place of the voice's name."],
    ["description", "What it is about", "Players and podcasts show it."],
  ]],
  ["Spoken at the beginning and the end", [
    ["opening", "Opening words", "{title} and {author} stand for what is above. Without them there are none."],
    ["closing", "Closing words", ""],
  ]],
  ["If it becomes a podcast", [
    ["podcast_url", "Its address on the web", "Where its folder will lie, such as https://example.org/my-book/."],
    ["podcast_email", "Your e-mail address", "Directories of podcasts ask for it, and show it."],
    ["podcast_category", "Category", "Apple's, such as Fiction > Drama."],
  ]],
];
const LONG = new Set(["description", "opening", "closing"]);

/** @param {any} context @param {() => void} changed is told when something is said anew */
export async function about(context, changed) {
  let said = await context.get(`${context.api}/about`);
  const controls = new Map(PARTS.flatMap(([, all]) => all.map(([name]) => [name, control(name, said[name])])));
  const title = Dom.make("span", { class: "note", dir: "auto" });
  const save = Dom.make("button", { type: "submit", class: "primary", id: "save-about" }, "Keep this");
  const form = Dom.make("form", {}, ...PARTS.map(([legend, all]) => Dom.make("fieldset", {}, legend ? Dom.make("legend", {}, legend) : null,
    ...all.map(([name, label, hint]) => field(label, controls.get(name), hint)))), Dom.make("p", {}, save));
  const show = () => { title.textContent = [said.title, said.author].filter(Boolean).join(" · "); };
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    context.busy(save, async () => {
      said = await context.post(`${context.api}/about`, Object.fromEntries([...controls].map(([name, it]) => [name, it.value])));
      for (const [name, it] of controls) it.value = said[name];
      show();
      dispatchEvent(new CustomEvent("renamed", { detail: said.title }));
      changed();
      context.say("Kept. Files that are there already are made anew with it.");
    });
  };
  show();
  return Dom.make("details", { class: "card", id: "about" }, Dom.make("summary", {}, "About the book ", title),
    Dom.make("div", { class: "about-book" }, cover(said, context, changed), form));
}

/** @param {string} name @param {string} value */
function control(name, value) {
  const known = { id: `about-${name}`, autocomplete: "off", dir: "auto", required: name === "title" };
  if (!LONG.has(name)) return Dom.make("input", { ...known, value, type: name === "podcast_url" ? "url" : name === "podcast_email" ? "email" : "text" });
  const area = Dom.make("textarea", { ...known, rows: name === "description" ? "4" : "2" });
  area.value = value;
  return area;
}

/** The cover, another in its place, or the one that is drawn. @param {any} said @param {any} context @param {() => void} changed */
function cover(said, context, changed) {
  let turn = 0;
  const shown = Dom.make("img", { alt: "The cover", width: 180, height: 180 });
  const input = Dom.make("input", { type: "file", id: "about-cover", accept: "image/*", class: "visually-hidden" });
  const choose = Dom.make("label", { for: "about-cover", class: "button" }, "Choose a picture");
  const drop = Dom.make("button", { type: "button", id: "no-cover" }, "Have one drawn");
  const note = Dom.make("p", { class: "note" });
  const draw = (/** @type {any} */ now) => {
    shown.src = `${context.api}/cover?${turn++}`; // past what the browser has kept
    drop.hidden = !now.own_cover;
    note.textContent = now.own_cover ? "A square of 2400 pixels or more is best." : "This one is drawn of the title.";
  };
  input.onchange = () => context.busy(choose, async () => {
    const [file] = input.files;
    if (!file) return;
    input.value = "";
    draw(await context.send(`${context.api}/cover`, file));
    changed();
    context.say("That is the cover now.");
  });
  drop.onclick = () => context.busy(drop, async () => {
    draw(await context.remove(`${context.api}/cover`));
    input.focus();
    changed();
    context.say("The cover is drawn of the title now.");
  });
  draw(said);
  return Dom.make("div", { class: "cover" }, shown, Dom.make("p", { class: "actions" }, input, choose, drop), note);
}
