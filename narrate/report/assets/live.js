// The server that `narrate proof` is: there when its state answers. On disk there is none, and none is asked.
"use strict";

const Live = (() => {
  const api = location.protocol.startsWith("http") ? "api/" : "";
  /** @type {EventSource | null} */
  let events = null;
  let on = false;
  /** @type {Doing | null} */
  let doing = null; // what the server itself does at length
  let speaks = false; // what is asked for can be spoken: here, or by the process that renders the project
  let alone = false; // no other process works on the project

  /**
   * Look for the server; `handlers` hear of what happens there.
   * @param {{line: (line: Line) => void, assembled: () => void, state: (state: any) => void,
   *   progress: (going: boolean) => void, speaks: () => void, doing: (doing: Doing | null) => void,
   *   deliverables: (all: Deliverable[]) => void}} handlers
   * @returns {Promise<boolean>}
   */
  async function open(handlers) {
    if (!api) return false;
    try {
      const answer = await fetch(`${api}state`);
      if (!answer.ok) return false;
      on = true;
      wayBack();
      const state = await answer.json();
      speaks = state.can_retake;
      alone = state.alone;
      doing = state.doing;
      handlers.state(state);
      progress(state.rendering);
    } catch {
      return false;
    }
    Player.serve(api);
    events = new EventSource(`${api}events`);
    events.addEventListener("progress", (event) => handlers.progress(progress(JSON.parse(event.data))));
    events.addEventListener("can_retake", (event) => {
      speaks = JSON.parse(event.data);
      handlers.speaks();
    });
    events.addEventListener("alone", (event) => {
      alone = JSON.parse(event.data);
      handlers.speaks();
    });
    events.addEventListener("doing", (event) => {
      doing = JSON.parse(event.data);
      handlers.doing(doing);
    });
    events.addEventListener("deliverables", (event) => handlers.deliverables(JSON.parse(event.data)));
    events.addEventListener("done", (event) => Dom.say(JSON.parse(event.data).said));
    events.addEventListener("line", (event) => handlers.line(JSON.parse(event.data)));
    events.addEventListener("assembled", (event) => handlers.assembled());
    events.addEventListener("failed", (event) => Dom.say(message(event.data), true));
    let lost = false;
    events.onerror = () => {
      if (lost) return;
      lost = true;
      Dom.say("The server does not answer; the page goes on without it.", true);
    };
    events.onopen = () => {
      if (lost) Dom.say("The server is there again.");
      lost = false;
    };
    return true;
  }

  /** The way back, where the page is one of the studio's. */
  function wayBack() {
    const found = /^(.*\/)projects\/([^/]+)\/proof\/$/.exec(location.pathname);
    if (!found) return;
    Dom.byId("back").href = `${found[1]}#book/${found[2]}`;
    Dom.byId("back").hidden = false;
  }

  /** @param {string} data */
  function message(data) {
    try {
      const found = JSON.parse(data);
      return typeof found === "string" ? found : found.message ?? found.error ?? "Something failed.";
    } catch {
      return data;
    }
  }

  /**
   * Show a render that is going on; null when there is none. Whether there is one.
   * @param {{done: number, total: number, audio_s: number, rtf: number | null} | null} state
   */
  function progress(state) {
    const going = Boolean(state && state.total && state.done < state.total);
    Dom.byId("live").hidden = !going;
    if (!state || !going) return false;
    Dom.byId("live-bar").value = state.done / state.total;
    const speed = state.rtf ? `, ${state.rtf.toFixed(1)} s of audio a second` : "";
    Dom.byId("live-text").textContent = `${state.done} of ${state.total} lines${speed}`;
    return true;
  }

  /**
   * Ask the server for something; the answer. Throws an Error with what it said.
   * @param {string} what
   * @param {Record<string, string>} body
   * @returns {Promise<any>}
   */
  async function post(what, body) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${api}${what}`, { method: "POST", headers, body: JSON.stringify(body) });
    /** @type {any} */
    let found = {};
    try {
      found = await answer.json();
    } catch {
      throw new Error(`the server answered ${answer.status}`);
    }
    if (!answer.ok) throw new Error(found.error ?? `the server answered ${answer.status}`);
    return found;
  }

  return { open, post, get on() { return on; }, get speaks() { return on && speaks; }, get alone() { return on && alone; }, get doing() { return doing; } };
})();
