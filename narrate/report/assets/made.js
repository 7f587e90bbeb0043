// The deliverables: which of them are older than the book, and, with a server, their making.
"use strict";

const Made = (() => {
  /** What the server is doing, by the name of its stage. */
  const STAGES = /** @type {Record<string, string>} */ ({ chapters: "Assembling chapters", lines: "Speaking lines anew" });
  /** @type {Deliverable[]} */
  let all = [];
  /** @type {Doing | null} */
  let now = null;

  /** Show how they stand. @param {Deliverable[]} deliverables */
  function show(deliverables) {
    all = deliverables;
    draw();
  }

  /** Show what is being done, null when it is over. @param {Doing | null} doing */
  function follow(doing) {
    now = doing;
    draw();
  }

  function draw() {
    const old = all.filter((it) => it.state === "old");
    const missing = all.filter((it) => it.state === "missing");
    Dom.byId("made").hidden = !now && !old.length && !(missing.length && Live.on);
    Dom.byId("made-text").textContent = now ? stage(now) : [sentence(old), unmade(missing)].filter(Boolean).join(" ");
    const bar = Dom.byId("made-bar");
    bar.hidden = !now;
    if (now?.of) [bar.max, bar.value] = [now.of, now.done];
    else bar.removeAttribute("value");
    const button = Dom.byId("make");
    button.hidden = !Live.on;
    button.textContent = now ? "Stop" : old.length ? "Bring up to date" : "Make";
    button.disabled = !now && !Live.alone;
    Dom.byId("made-hint").hidden = Live.on;
    const rows = all.flatMap((it) => [Dom.make("dt", {}, name(it)), Dom.make("dd", {}, standing(it))]);
    Dom.byId("made-list").replaceChildren(...rows);
  }

  /** @param {Doing} doing */
  const stage = ({ what, done, of }) => `${STAGES[what] ?? `Making ${what.toUpperCase()}`}${of ? `: ${done} of ${of}` : ""}…`;

  /** @param {Deliverable} it */
  const name = (it) => (it.form.length <= 5 ? it.form.toUpperCase() : it.form);

  /** @param {Deliverable} it */
  const standing = (it) => ({ current: "up to date", old: `older than the book: ${it.why}`, missing: "not made yet" })[it.state];

  /** @param {Deliverable[]} old */
  function sentence(old) {
    if (!old.length) return "";
    const whys = [...new Set(old.map((it) => it.why))].join("; ");
    return `${old.map(name).join(", ")} ${old.length === 1 ? "is" : "are"} older than the book: ${whys}.`;
  }

  /** @param {Deliverable[]} missing */
  const unmade = (missing) => (missing.length ? `${missing.map(name).join(", ")} ${missing.length === 1 ? "is" : "are"} not made yet.` : "");

  /** What the button does. */
  async function press() {
    const what = now ? "stop" : "make";
    Dom.byId("make").disabled = true;
    try {
      await Live.post(what, {});
      Dom.say(what === "stop" ? "Stopping…" : "Making the audiobook…");
    } catch (error) {
      Dom.say(error instanceof Error ? error.message : String(error), true);
      draw();
    }
  }

  return { show, follow, draw, press };
})();
