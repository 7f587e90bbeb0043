// The quotations whose speaker is least sure, one after another, decided by a key or a click.

import { counted } from "./context.js";

/* global Dom */

/** Show the first that is open. @param {HTMLElement} section @param {any} context @param {() => Promise<void>} changed */
export async function reviewed(section, context, changed) {
  draw(section, await context.get(`${context.api}/review`), 0, context, changed);
}

/**
 * @param {HTMLElement} section @param {any[]} open @param {number} at which of them is shown
 * @param {any} context @param {() => Promise<void>} changed
 */
function draw(section, open, at, context, changed) {
  const heading = Dom.make("h2", { id: "unsure-title", tabindex: "-1" }, open.length ? "Who says this?" : "Quotations");
  section.className = "card";
  section.setAttribute("aria-labelledby", "unsure-title");
  if (!open.length) {
    context.keys({});
    section.replaceChildren(heading, Dom.make("p", { class: "note" }, "Every quotation has a sure speaker, or one that you chose."));
    return;
  }
  const question = open[at % open.length];
  /** @param {string} speaker */
  const decide = async (speaker) => {
    const left = await context.post(`${context.api}/review`, { index: question.index, text: question.text, speaker });
    await changed();
    context.say(`${speaker} says it.`);
    draw(section, left, at, context, changed);
    section.querySelector("h2")?.focus({ preventScroll: true });
  };
  const skip = () => {
    draw(section, open, at + 1, context, changed);
    section.querySelector("h2")?.focus({ preventScroll: true });
  };
  const choices = question.choices.map((/** @type {string} */ name, /** @type {number} */ n) => {
    const last = n === question.choices.length - 1; // the narrator
    const button = Dom.make("button", { type: "button", class: n ? "" : "primary", "data-key": last ? "n" : String(n + 1) }, name, " ", Dom.make("kbd", {}, last ? "n" : String(n + 1)));
    button.onclick = () => context.busy(button, () => decide(name));
    return button;
  });
  const other = Dom.make("input", { id: "other", autocomplete: "off", spellcheck: "false", maxlength: 60 });
  const take = Dom.make("button", { type: "submit" }, "Take this name");
  const form = Dom.make("form", { class: "field other" }, Dom.make("label", { for: "other" }, "Somebody else"), Dom.make("span", { class: "row" }, other, take));
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (other.value.trim()) context.busy(take, () => decide(other.value.trim()));
  };
  const rows = question.rows.map((/** @type {string} */ row) => shown(row, question.text));
  section.replaceChildren(heading,
    Dom.make("p", { class: "note" }, `${counted(open.length, "quotation is", "quotations are")} unsure. This one is at ${question.place}; ${question.who || "nobody"} is the likeliest (${Math.round(question.sure * 100)} %: ${question.why}).`),
    Dom.make("blockquote", {}, ...rows),
    Dom.make("p", { class: "actions" }, ...choices, Dom.make("button", { type: "button", onclick: skip }, "Later ", Dom.make("kbd", {}, "x"))),
    form);
  /** @type {Record<string, [string, () => void]>} */
  const keys = { x: ["decide that quotation later", skip] };
  for (const button of choices) keys[button.dataset.key] = [`${button.firstChild.textContent} says it`, () => button.click()];
  context.keys(keys);
}

/** A row of the script, marked where it is what is asked about. @param {string} row @param {string} asked */
function shown(row, asked) {
  const [, speaker, text] = /^([^:]{1,60}): (.*)$/.exec(row) ?? ["", "", row];
  const own = text.includes(asked) || asked.includes(text);
  const who = speaker && speaker !== "narrator" ? Dom.make("strong", {}, `${speaker} `) : null;
  return Dom.make("p", { dir: "auto" }, who, own ? Dom.make("mark", {}, text) : text);
}
