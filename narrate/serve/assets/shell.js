// The studio's frame: which screen is shown, the way from one to another, keys, and help.

import { contextFor, listenAlways, words } from "./context.js";
import * as shelf from "./shelf.js";
import * as voices from "./voices.js";
import * as attempt from "./try.js";
import * as book from "./book.js";
import * as cast from "./cast.js";
import * as render from "./render.js";
import * as deliver from "./deliver.js";

/* global Dom */

/**
 * @typedef {{title: string, key: string, lead: string, show: (root: HTMLElement, context: any) => any}} Screen
 */

/** Screens of the whole studio, and those of one book. @type {Record<string, Screen>} */
const STUDIO = { shelf, voices, try: attempt };
/** @type {Record<string, Screen>} */
const BOOK = { book, cast, render, deliver };
const PROOF = { title: "Proof", key: "p" };
/** The way of a book, in its order. */
const WAY = ["book", "cast", "render", "proof", "deliver"];

let visit = new AbortController();
/** @type {Record<string, [string, () => void]>} */
let more = {}; // keys of the screen that is shown
/** @type {{name: string, title: string} | null} */
let current = null; // the book

/** What the address asks for. */
function asked() {
  const [screen, ...rest] = location.hash.slice(1).split("/");
  let name = null;
  try {
    name = rest.length ? decodeURIComponent(rest.join("/")) : null;
  } catch { /* no address of ours */ }
  if (BOOK[screen] && name) return { screen, name };
  return { screen: STUDIO[screen] ? screen : "shelf", name: null };
}

/** Where a screen is. @param {string} screen @param {string | null} [name] */
function address(screen, name = null) {
  if (screen === "proof" && name) return `projects/${encodeURIComponent(name)}/proof/`;
  return name ? `#${screen}/${encodeURIComponent(name)}` : `#${screen}`;
}

/** Go to a screen. @param {string} screen @param {string | null} [name] */
function go(screen, name = null) {
  const to = address(screen, name);
  if (to === location.hash) draw();
  else location.assign(to);
}

/** Show the screen that the address asks for. */
async function draw() {
  visit.abort();
  visit = new AbortController();
  const { signal } = visit;
  const { screen, name } = asked();
  const shown = name ? BOOK[screen] : STUDIO[screen];
  const root = Dom.byId("view");
  more = {};
  root.replaceChildren();
  root.className = `screen-${screen}`;
  Dom.say("");
  Dom.byId("heading").textContent = shown.title;
  Dom.byId("lead").textContent = shown.lead;
  document.title = `${shown.title} – narrate`;
  showWay(screen, name);
  try {
    if (name) await open(name, screen, signal);
    await shown.show(root, contextFor(name, signal, go, (keys) => { more = keys; }));
  } catch (error) {
    if (!signal.aborted) failed(root, error);
  }
}

/** The book that the screen is of. @param {string} name @param {string} screen @param {AbortSignal} signal */
async function open(name, screen, signal) {
  if (current?.name !== name) {
    const answer = await fetch("api/shelf", { signal });
    const found = (await answer.json()).find((/** @type {any} */ one) => one.name === name);
    if (!found) throw new Error(`there is no book called "${name}" on the shelf`);
    current = { name, title: found.title };
  }
  if (signal.aborted) return;
  Dom.byId("book-title").textContent = current.title;
  document.title = `${BOOK[screen].title}: ${current.title} – narrate`;
}

/** Say what went wrong, and offer to try again. @param {HTMLElement} root @param {unknown} error */
function failed(root, error) {
  const again = Dom.make("button", { type: "button", onclick: draw }, "Try again");
  const { screen, name } = asked();
  const cast = current && name === current.name && screen !== "cast" ? Dom.make("a", { class: "button", href: address("cast", name) }, "Look at the cast") : null;
  root.replaceChildren(Dom.make("div", { class: "card failure", role: "alert" }, Dom.make("p", {}, words(error)), Dom.make("p", { class: "actions" }, again, cast)));
}

/** The links to the screens. @param {string} screen @param {string | null} name */
function showWay(screen, name) {
  const links = (/** @type {[string, {title: string, key: string}][]} */ all, /** @type {string | null} */ of) =>
    all.map(([to, { title, key }]) =>
      Dom.make("a", { href: address(to, of), "aria-current": to === screen ? "page" : null, title: `${title} (${key})` }, title));
  Dom.byId("screens").replaceChildren(...links(Object.entries(STUDIO), null));
  Dom.byId("book").hidden = !name;
  if (name) {
    Dom.byId("book-title").textContent = current?.name === name ? current.title : name;
    Dom.byId("book-screens").replaceChildren(...links(WAY.map((to) => [to, BOOK[to] ?? PROOF]), name));
  }
}

/** All keys, with what they do. @returns {Record<string, [string, () => void]>} */
function keys() {
  const { name } = asked();
  /** @type {Record<string, [string, () => void]>} */
  const all = { "?": ["these keys", help] };
  for (const [to, { title, key }] of Object.entries(STUDIO)) all[key] = [title, () => go(to)];
  if (name) for (const to of WAY) all[(BOOK[to] ?? PROOF).key] = [(BOOK[to] ?? PROOF).title, () => go(to, name)];
  return { ...all, ...more };
}

function help() {
  Dom.help(Object.entries(keys()).map(([key, [text]]) => [[key], text]));
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || Dom.helping) return;
  if (target.matches("input:not([type=checkbox]):not([type=radio]):not([type=file]), textarea, select")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (event.key === " " && target.matches("button, a, summary, input")) return; // it presses that
  const found = keys()[event.key];
  if (found) {
    event.preventDefault();
    found[1]();
  }
}

Dom.byId("show-help").onclick = help;
Dom.byId("skip").onclick = (/** @type {Event} */ event) => {
  event.preventDefault();
  Dom.byId("heading").focus();
};
document.addEventListener("keydown", pressed);
// A file that misses the place for it must not take the studio's place.
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  const place = /** @type {Element} */ (event.target).closest(".drop");
  if (!place && asked().screen !== "shelf") Dom.say("A book is dropped on the shelf: go there first.", true);
});
addEventListener("renamed", (event) => {
  if (current) current.title = /** @type {CustomEvent} */ (event).detail;
  Dom.byId("book-title").textContent = current?.title ?? "";
});
listenAlways();
addEventListener("hashchange", () => draw().then(() => Dom.byId("heading").focus({ preventScroll: true })));
draw();
