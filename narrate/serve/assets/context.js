// What a screen is given while it is shown: the server, sound, the person's attention, and an end.

/* global Dom */

/**
 * An answer's JSON. Throws an Error with what the server said.
 * @param {Response} answer
 */
async function read(answer) {
  /** @type {any} */
  let found;
  try {
    found = await answer.json();
  } catch {
    throw new Error(`the server answered ${answer.status}`);
  }
  if (!answer.ok) throw new Error(said(found) ?? `the server answered ${answer.status}`);
  return found;
}

/** What a failure says. @param {any} found @returns {string | undefined} */
const said = (found) => (typeof found?.error === "string" ? found.error : found?.error?.message);

/** A sentence out of the one line of a failure. @param {unknown} error */
export function words(error) {
  const text = error instanceof Error ? error.message : String(error);
  const told = error instanceof TypeError ? "the server does not answer" : text; // as fetch says it
  const file = /^\S+\.\w+:/.test(told); // whose name stays as it is
  return (file ? told : told.charAt(0).toUpperCase() + told.slice(1)) + (/[.!?)]$/.test(told) ? "" : ".");
}

/** @param {string} path @param {RequestInit} [options] */
const get = async (path, options = {}) => read(await fetch(path, options));

/** @param {Record<string, any>} body @returns {RequestInit} */
const json = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** @param {string} path @param {Record<string, any>} [body] */
const post = async (path, body = {}) => read(await fetch(path, json(body)));

/** Take something away. @param {string} path */
const remove = async (path) => read(await fetch(path, { method: "DELETE" }));

/** Ask for sound. @param {string} path @param {Record<string, any>} [body] @returns {Promise<Blob>} */
async function audio(path, body = {}) {
  const answer = await fetch(path, json(body));
  return answer.ok ? answer.blob() : read(answer);
}

/**
 * Send a file, and show how much of it is gone.
 * @param {string} path @param {Blob} file @param {Record<string, string>} [fields]
 * @returns {Promise<any>}
 */
function send(path, file, fields = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  const bar = Dom.byId("sending");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not say how far it is
    request.open("POST", path);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      bar.hidden = !event.lengthComputable || event.loaded === event.total;
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    };
    request.onloadend = () => {
      bar.hidden = true;
      if (request.status >= 200 && request.status < 300) resolve(request.response);
      else if (request.status) reject(new Error(said(request.response) ?? `the server answered ${request.status}`));
      else reject(new Error("the server does not answer"));
    };
    request.send(form);
  });
}

/** The one thing that sounds. */
const Sound = (() => {
  /** @type {HTMLAudioElement} */
  const element = Dom.byId("sound");
  /** @type {{button: HTMLElement, done: (whole: boolean) => void} | null} */
  let now = null;

  /** @param {boolean} whole */
  function over(whole) {
    if (!now) return;
    const { button, done } = now;
    now = null;
    button.classList.remove("playing");
    button.setAttribute("aria-pressed", "false");
    done(whole);
  }

  function stop() {
    element.pause();
    over(false);
  }

  /**
   * Play, and wait for the end. The button that is pressed again stops it.
   * @param {string | Blob} source @param {HTMLElement} button
   * @returns {Promise<boolean>} whether it was heard to its end
   */
  function play(source, button) {
    const same = now?.button === button;
    stop();
    if (same) return Promise.resolve(false);
    if (element.src.startsWith("blob:")) URL.revokeObjectURL(element.src);
    element.src = source instanceof Blob ? URL.createObjectURL(source) : source;
    button.classList.add("playing");
    button.setAttribute("aria-pressed", "true");
    return new Promise((resolve, reject) => {
      now = { button, done: resolve };
      element.play().catch((error) => {
        if (now?.button !== button) return;
        over(false);
        reject(error.name === "NotAllowedError" ? new Error("press it again to hear it") : error);
      });
    });
  }

  element.addEventListener("ended", () => over(true));
  element.addEventListener("error", () => over(false));
  return { play, stop, get button() { return now?.button ?? null; } };
})();

/**
 * Server-sent events, listened to once for all screens while the page is seen: a browser has few connections to a server.
 * `job` is the server's; `back` is when the page is seen again, or the server is there again.
 */
const Events = (() => {
  const told = new EventTarget();
  const AGAIN_MS = 3000;
  /** @type {EventSource | null} */
  let source = null;
  let [begun, lost] = [false, false];

  function open() {
    if (document.hidden || source) return;
    source = new EventSource("api/events");
    source.addEventListener("job", ({ data }) => told.dispatchEvent(new MessageEvent("job", { data: JSON.parse(data) })));
    source.onopen = () => {
      Dom.byId("gone").hidden = true;
      if (lost) Dom.say("The server is there again.");
      if (begun) told.dispatchEvent(new MessageEvent("back"));
      [begun, lost] = [true, false];
    };
    source.onerror = async () => {
      lost = true;
      const answer = await fetch("api/books").catch(() => null);
      if (answer?.ok) return;
      gone(answer ? OTHER_KEY : NO_SERVER);
      if (source?.readyState === EventSource.CLOSED) { // it does not try again by itself
        close();
        setTimeout(open, AGAIN_MS);
      }
    };
  }

  function close() {
    source?.close();
    source = null;
  }

  /** @param {string} why */
  function gone(why) {
    const note = Dom.byId("gone");
    note.hidden = false;
    if (note.textContent !== why) note.textContent = why;
  }

  /** @param {string} name @param {(data: any) => void} handler @param {AbortSignal} signal */
  function on(name, handler, signal) {
    told.addEventListener(name, (event) => handler(/** @type {MessageEvent} */ (event).data), { signal });
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close); // what leaves the page is no failure
  addEventListener("pageshow", open);
  return { on, open };
})();

const NO_SERVER = "The studio's server does not answer. If it was ended, start it again; what was made is kept.";
const OTHER_KEY = "The studio was started anew, and has another address now: go on in the page that it opened then.";

/** Hear of what happens, and of a server that is gone, whatever is shown. */
export const listenAlways = Events.open;

/**
 * What one visit to a screen is given; `signal` is aborted at its end.
 * @param {string | null} project @param {AbortSignal} signal
 * @param {(screen: string, project?: string | null) => void} go @param {(keys: Record<string, any>) => void} keys
 */
export function contextFor(project, signal, go, keys) {
  signal.addEventListener("abort", Sound.stop);
  return {
    project,
    api: `api/projects/${encodeURIComponent(project ?? "")}`,
    signal,
    get: (/** @type {string} */ path) => get(path, { signal }),
    post,
    remove,
    send,
    audio,
    play: Sound.play,
    stop: Sound.stop,
    say: Dom.say,
    go,
    keys,
    on: (/** @type {string} */ name, /** @type {(data: any) => void} */ handler) => Events.on(name, handler, signal),
    every,
    busy,
    listen,
  };

  /** Do something again and again, the next time when this time is over. @param {number} seconds @param {() => any} work */
  function every(seconds, work) {
    const timer = setTimeout(async () => {
      const began = performance.now();
      if (!document.hidden) await Promise.resolve(work()).catch(() => undefined);
      // What takes the server long is not asked for as often.
      if (!signal.aborted) every(Math.max(seconds, (performance.now() - began) / 100), work);
    }, seconds * 1000);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  /** Do something for a button, which cannot be pressed meanwhile. @param {any} button @param {() => Promise<any>} work */
  async function busy(button, work) {
    if (button.getAttribute("aria-busy") === "true") return undefined;
    button.setAttribute("aria-busy", "true");
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted) Dom.say(words(error), true);
      return undefined;
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /**
   * A button that lets one hear something, which is asked for when it is pressed and kept for another time.
   * @param {string} label what a screen reader says @param {() => Promise<Blob>} sound
   * @param {string} [text] beside the sign @param {() => string} [of] what is heard, where that may change
   */
  function listen(label, sound, text = "", of = () => "") {
    /** @type {Map<string, Promise<Blob>>} */
    const kept = new Map();
    const button = Dom.make("button", { type: "button", class: "hear", "aria-label": label, "aria-pressed": "false", title: label });
    button.append(sign("M7 4v16l13-8z", "when-paused"), sign("M6 6h12v12H6z", "when-playing"));
    if (text) button.append(Dom.make("span", {}, text));
    /** Ask for it; what failed is asked for again. */
    const ask = () => {
      const what = of();
      const asked = kept.get(what) ?? sound();
      kept.set(what, asked);
      asked.catch(() => kept.delete(what));
      return asked;
    };
    button.onclick = () => {
      if (Sound.button === button) return Sound.stop();
      return busy(button, async () => {
        const heard = await ask();
        button.removeAttribute("aria-busy");
        return Sound.play(heard, button);
      });
    };
    button.ahead = ask;
    return button;
  }
}

/** A drawn sign. @param {string} path @param {string} [kind] */
export function sign(path, kind = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["class", kind]]) svg.setAttribute(name, value);
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** A number with its noun. @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** A file's size. @param {number} bytes */
export const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`);

/** How long something will take, roughly. @param {number} seconds */
export function roughly(seconds) {
  if (seconds < 90) return counted(Math.max(1, Math.round(seconds)), "second");
  if (seconds < 5400) return counted(Math.round(seconds / 60), "minute");
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
