// Elements made and found. A book's text is untrusted: it only ever becomes the text of an element.
"use strict";

const Dom = (() => {
  /**
   * The element with this id.
   * @param {string} id
   * @returns {any}
   */
  const byId = (id) => document.getElementById(id);

  /**
   * An element with attributes and children; strings become text. An attribute of null, undefined
   * or false is left out, and `on…` are listeners.
   * @param {string} name
   * @param {Record<string, any>} [attributes]
   * @param {...(Node | string | null)} children
   * @returns {any}
   */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, String(value));
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  /**
   * Seconds as people write them: 4:07, 1:02:33.
   * @param {number} seconds
   */
  function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds + 1e-6));
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  }

  const CLOSE = 0.8; // of what fails

  /** How a line that passed its checks did so. @param {number | null} score from 1 it fails */
  const passed = (score) => (score === null ? "not checked" : score >= CLOSE ? "passed its checks, but only just" : "passed its checks");

  /**
   * Tell the person something, in words that screen readers say too.
   * @param {string} words
   * @param {boolean} [bad]
   */
  function say(words, bad = false) {
    const message = byId("message");
    message.textContent = words;
    message.classList.toggle("bad", bad);
  }

  const SHOWN = /** @type {Record<string, string>} */ ({ " ": "space", ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" });

  /** Show what the keys do, over the page. @param {[string[], string][]} keys each with its other names, and what it does */
  function help(keys) {
    const rows = keys.flatMap(([names, words]) => [
      make("dt", {}, ...names.flatMap((name, n) => [n ? " " : "", make("kbd", {}, SHOWN[name] ?? name)])),
      make("dd", {}, words),
    ]);
    byId("help")?.remove();
    const dialog = make("dialog", { id: "help", "aria-labelledby": "help-title" },
      make("h2", { id: "help-title" }, "Keys"), make("dl", { id: "keys" }, ...rows),
      make("form", { method: "dialog" }, make("button", { id: "close-help" }, "Close")));
    document.body.append(dialog);
    dialog.showModal();
  }

  return { byId, make, clock, passed, say, help, get helping() { return Boolean(byId("help")?.open); } };
})();
