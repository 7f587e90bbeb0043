// The cast: who speaks, the voices that they may have, each heard on a line of the book and given by a click.

import { counted } from "./context.js";
import { reviewed } from "./review.js";

/* global Dom */

export const title = "Cast";
export const key = "c";
export const lead = "Who speaks in the book, and with which voice. Hear them, and choose; whoever has none yet is read by a stand-in.";

const QUOTES = /** @type {[string, string][]} */ ([
  ["confident", "Those whom the book is sure about"],
  ["all", "Everybody who probably speaks"],
  ["off", "Nobody: the narrator reads it all"],
]);

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const parts = Dom.make("div", { class: "parts" });
  const unsure = Dom.make("section", { id: "unsure" });
  const wrong = Dom.make("div", { role: "alert" });
  const cast = await context.get(`${context.api}/cast`);
  /** What the page knows and the person has opened. */
  const state = { cast, open: "", more: "", /** @type {Record<string, string>} */ why: {} };

  const draw = () => {
    context.stop(); // its button is drawn anew
    wrong.replaceChildren(...state.cast.problems.map((/** @type {string} */ text) => Dom.make("p", { class: "bad" }, text)));
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.focus;
    parts.replaceChildren(...state.cast.speakers.map((/** @type {any} */ one) => part(one, state, context, draw)));
    if (!focused) return;
    const same = parts.querySelector(`[data-focus="${CSS.escape(focused)}"]`);
    [same, ...parts.querySelectorAll("[aria-expanded=true], button")].find((/** @type {any} */ it) => it?.checkVisibility())?.focus();
  };
  const again = async () => {
    state.cast = await context.get(`${context.api}/cast`);
    draw();
  };

  const propose = Dom.make("button", { type: "button", class: "primary", id: "propose" }, "Propose a voice for everybody");
  propose.onclick = () => context.busy(propose, async () => {
    const found = await context.post(`${context.api}/cast/propose`);
    [state.cast, state.why] = [found.cast, found.why];
    draw();
    const count = Object.keys(found.why).length;
    context.say(count ? `${counted(count, "voice")} proposed; hear them, and change what you like.` : "Everybody has a voice of your choice.");
  });
  const quotes = Dom.make("select", { id: "quotes" }, ...QUOTES.map(([value, text]) => Dom.make("option", { value, selected: value === cast.quotes }, text)));
  quotes.onchange = () => context.busy(quotes, async () => {
    await context.post(`${context.api}/cast`, { quotes: quotes.value });
    await Promise.all([again(), reviewed(unsure, context, again)]);
    context.say("The lines are given out anew.");
  });
  root.append(
    Dom.make("div", { class: "card tools" }, propose,
      Dom.make("p", { class: "field" }, Dom.make("label", { for: "quotes" }, "Who has a voice of their own"), quotes)),
    wrong, parts, unsure,
    Dom.make("p", { class: "actions" }, Dom.make("a", { class: "button primary", href: `#render/${encodeURIComponent(context.project)}` }, "On: have it spoken")));
  draw();
  await reviewed(unsure, context, again);
}

/** A speaker: voice, share, and the voices to choose from when it is opened. */
function part(/** @type {any} */ one, /** @type {any} */ state, /** @type {any} */ context, /** @type {() => void} */ draw) {
  const open = state.open === one.speaker;
  const id = `part-${state.cast.speakers.indexOf(one)}`;
  const choose = Dom.make("button", { type: "button", "aria-expanded": String(open), "aria-controls": `${id}-voices`, "data-focus": `${id} choose` }, open ? "Close" : "Choose a voice");
  choose.setAttribute("aria-label", `${open ? "Close the voices" : "Choose a voice"} for ${one.speaker}`);
  choose.onclick = () => {
    state.open = open ? "" : one.speaker;
    draw();
  };
  const place = one.hear[0]?.place;
  const voice = one.chosen ? one.voice : one.speaker === "narrator" && one.voice ? one.voice : "no voice chosen yet";
  const who = [one.gender, one.age].filter(Boolean).join(", ");
  const meter = Dom.make("progress", { max: 1, value: one.share, "aria-label": `${one.speaker}'s share of the words` });
  const article = Dom.make("article", { class: "card part", "aria-labelledby": id, "data-speaker": one.speaker },
    Dom.make("div", { class: "row" },
      place ? context.listen(`Hear ${one.speaker} as cast`, () => context.audio(`${context.api}/cast/hear`, { place })) : null,
      Dom.make("div", { class: "who" },
        Dom.make("h2", { id, dir: "auto" }, one.speaker),
        Dom.make("p", { class: "note" }, [who, counted(one.lines, "line")].filter(Boolean).join(" · "), one.also.length ? ` · also ${one.also.join(", ")}` : null, one.direction ? ` · ${one.direction}` : null)),
      meter,
      Dom.make("p", { class: one.chosen ? "has" : "has open" }, voice),
      choose));
  if (state.why[one.speaker]) article.append(Dom.make("p", { class: "note why-so" }, `Why ${voice}: ${state.why[one.speaker]}.`));
  if (open) article.append(voices(one, id, state, context, draw));
  return article;
}

/** The voices for a speaker, those that suit first. */
function voices(/** @type {any} */ one, /** @type {string} */ id, /** @type {any} */ state, /** @type {any} */ context, /** @type {() => void} */ draw) {
  const lines = Dom.make("select", { id: `${id}-line`, "data-focus": `${id} line` }, ...one.hear.map((/** @type {any} */ line) => Dom.make("option", { value: line.place }, line.text)));
  const mine = (/** @type {any} */ voice) => one.chosen && voice.name === one.voice;
  const suits = (/** @type {any} */ voice) => (mine(voice) ? 9 : 0) + (one.gender && voice.gender === one.gender ? 2 : 0) + (one.age && voice.age === one.age ? 1 : 0) - (voice.speaks.length ? 4 : 0);
  const sorted = [...state.cast.voices].sort((a, b) => suits(b) - suits(a));
  const items = sorted.map((/** @type {any} */ voice) => {
    const own = mine(voice);
    const give = Dom.make("button", { type: "button", "aria-pressed": String(own), "data-focus": `${id} ${voice.name}` }, own ? "Cast" : "Cast this");
    give.setAttribute("aria-label", own ? `${voice.name} is cast for ${one.speaker}` : `Cast ${voice.name} for ${one.speaker}`);
    give.onclick = () => context.busy(give, async () => {
      state.cast = await context.post(`${context.api}/cast`, { speaker: one.speaker, voice: voice.name });
      delete state.why[one.speaker];
      draw();
      context.say(`${one.speaker} speaks with ${voice.name} now.`);
    });
    const others = voice.speaks.filter((/** @type {string} */ name) => name !== one.speaker);
    const say = () => context.audio(`${context.api}/cast/hear`, { place: lines.value, voice: voice.name });
    const hear = context.listen(`Hear ${voice.name} say the line`, say, "", () => lines.value);
    return Dom.make("li", { class: own ? "mine" : "", "data-voice": voice.name }, hear,
      Dom.make("div", { class: "who" }, Dom.make("strong", { dir: "auto" }, voice.name),
        Dom.make("span", { class: "badges" }, ...[voice.gender, voice.age].filter(Boolean).map((word) => Dom.make("span", { class: "badge" }, word)),
          others.length ? Dom.make("span", { class: "badge" }, `is ${others.join(", ")}`) : null),
        voice.description ? Dom.make("span", { class: "note" }, voice.description) : null),
      give);
  });
  const list = Dom.make("ul", { class: "voices" }, ...items);
  return Dom.make("div", { class: "choice", id: `${id}-voices` },
    Dom.make("p", { class: "field" }, Dom.make("label", { for: `${id}-line` }, "The line that they say"), lines), list, more(one, id, state, context, draw));
}

/** How somebody speaks, whether they are somebody else, and the way back to no choice. */
function more(/** @type {any} */ one, /** @type {string} */ id, /** @type {any} */ state, /** @type {any} */ context, /** @type {() => void} */ draw) {
  /** Ask for a change, show what it made of the cast, and keep the focus. @param {HTMLElement} button @param {Record<string, string>} asked @param {string} said */
  const change = (button, asked, said) => context.busy(button, async () => {
    state.cast = await context.post(`${context.api}/cast`, { speaker: one.speaker, ...asked });
    if (!state.cast.speakers.some((/** @type {any} */ it) => it.speaker === state.open)) state.open = state.more = asked.same_as ?? "";
    draw();
    context.say(said);
  });
  const direction = Dom.make("input", { id: `${id}-direction`, value: one.direction, autocomplete: "off", dir: "auto", placeholder: "slow, amused", maxlength: 200 });
  const keep = Dom.make("button", { type: "submit", "data-focus": `${id} direct` }, "Keep");
  keep.setAttribute("aria-label", `Keep how ${one.speaker} speaks`);
  const form = Dom.make("form", { class: "field" }, Dom.make("label", { for: direction.id }, "How they speak"), Dom.make("span", { class: "row" }, direction, keep),
    one.unheard ? Dom.make("span", { class: "note hint" }, `It is not heard with this voice: ${one.unheard}.`) : null);
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    change(keep, { direction: direction.value }, direction.value.trim() ? `${one.speaker} speaks so now: ${direction.value.trim()}.` : `${one.speaker} speaks as the voice does.`);
  };
  const details = Dom.make("details", { open: state.more === one.speaker }, Dom.make("summary", { "data-focus": `${id} more` }, `More about ${one.speaker}`), form);
  details.ontoggle = () => { state.more = details.open ? one.speaker : ""; };
  if (one.speaker !== "narrator") details.append(same(one, id, state, change));
  for (const name of one.also) {
    const part = Dom.make("button", { type: "button", "data-focus": `${id} part ${name}` }, `${name} is somebody else`);
    part.onclick = () => change(part, { speaker: name, voice: "auto" }, `${name} has a part of their own now.`);
    details.append(part, " ");
  }
  if (one.chosen && one.speaker !== "narrator") {
    const back = Dom.make("button", { type: "button", "data-focus": `${id} auto` }, "Take the choice back");
    back.onclick = () => change(back, { voice: "auto" }, `Nobody has chosen a voice for ${one.speaker} now.`);
    details.append(back);
  }
  return details;
}

/** Of whom this is another name. */
function same(/** @type {any} */ one, /** @type {string} */ id, /** @type {any} */ state, /** @type {(button: HTMLElement, asked: Record<string, string>, said: string) => void} */ change) {
  const others = state.cast.speakers.filter((/** @type {any} */ it) => it !== one && it.speaker !== "narrator");
  const choice = Dom.make("select", { id: `${id}-same` }, Dom.make("option", { value: "" }, "nobody else"), ...others.map((/** @type {any} */ it) => Dom.make("option", { value: it.speaker }, it.speaker)));
  const join = Dom.make("button", { type: "button", "data-focus": `${id} same` }, "Join them");
  join.setAttribute("aria-label", `Join ${one.speaker} with who is chosen`);
  join.onclick = () => (choice.value ? change(join, { same_as: choice.value }, `${one.speaker} and ${choice.value} are one person now, with one voice.`) : choice.focus());
  return Dom.make("p", { class: "field" }, Dom.make("label", { for: choice.id }, "The same person as"), Dom.make("span", { class: "row" }, choice, join));
}
