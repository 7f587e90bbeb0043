// The line that was chosen: what it says, what its checks found, its takes; and, with a server, what can be changed.
"use strict";

const Details = (() => {
  const VERDICTS = {
    quarantined: "failed its checks", accepted: "failed its checks, accepted by you",
    unchecked: "not checked", missing: "not made yet", silent: "nothing of it is spoken",
  };
  /** @type {Line | null} */
  let shown = null;
  /** What the line said when it was shown: a change carries it, and is refused where the line says anything else. */
  let drawn = { shown_text: "", shown_speaker: "", shown_direction: "" };
  /** What is being asked of the server, by place. @type {Map<string, string>} */
  const busy = new Map();
  /** @type {string[]} */
  let names = [];

  /** Who can speak. @param {string[]} speakers */
  function cast(speakers) {
    names = speakers;
  }

  /**
   * Show a line, unless it is the one that is shown and its form is being filled in.
   * @param {Line | null} line
   * @param {boolean} [anew]
   */
  function show(line, anew = false) {
    if (!line || (!anew && line === shown)) return;
    const same = shown?.place === line.place;
    shown = line;
    drawn = { shown_text: line.text, shown_speaker: line.speaker, shown_direction: line.direction };
    const body = Dom.byId("d-body");
    const heard = Dom.byId("details").contains(document.activeElement) ? document.activeElement?.id : "";
    Dom.byId("d-title").textContent = `Line ${line.place}`;
    const inner = Live.on ? form(line) : [];
    const said = inner.some((part) => part.id === "d-form") ? [] : [Dom.make("blockquote", { dir: "auto" }, line.text)];
    const rest = Live.on ? words(line) : [hint(line)];
    body.replaceChildren(who(line), ...said, ...inner, ...findings(line), ...takes(line), ...rest);
    Dom.byId("d-bar").replaceChildren(...(Live.on ? actions(line) : []));
    if (!same) body.scrollTop = 0;
    if (heard) document.getElementById(heard)?.focus();
  }

  /** The line that is shown, if its place is this. @param {string} place */
  const isShown = (place) => shown?.place === place;

  /** @param {Line} line @returns {HTMLElement} */
  function who(line) {
    const who = Dom.make("p", { class: "who" },
      Dom.make("strong", { dir: "auto" }, line.speaker),
      line.direction ? Dom.make("span", { dir: "auto" }, ` (${line.direction})`) : null,
      line.voice && line.voice !== line.speaker ? Dom.make("span", { class: "voice" }, ` ${line.voice}`) : null);
    Text.tint(who, line.speaker);
    return who;
  }

  /** @param {Line} line @returns {HTMLElement[]} */
  function findings(line) {
    const words = line.verdict === "good" ? Dom.passed(line.score) : VERDICTS[/** @type {keyof typeof VERDICTS} */ (line.verdict)];
    const verdict = Dom.make("p", { class: "verdict", "data-verdict": line.verdict }, words);
    const parts = [];
    if (line.spoken) parts.push(Dom.make("p", { class: "spoken" }, Dom.make("span", { class: "note" }, "Spoken: "), line.spoken));
    parts.push(verdict);
    if (line.why.length) parts.push(Dom.make("ul", { class: "reasons" }, ...line.why.map((why) => Dom.make("li", {}, why))));
    if (line.voice && line.take && Player.stale(line)) {
      const why = Player.byTakes() ? "The chapter is not assembled yet" : "The chapter's audio still has the reading before this one";
      parts.push(Dom.make("p", { class: "note" }, `${why}: this take is heard by itself.`));
    }
    const waits = busy.get(line.place);
    if (waits) parts.push(Dom.make("p", { class: "waits" }, waits));
    return parts;
  }

  /** @param {Line} line @returns {HTMLElement[]} */
  function takes(line) {
    if (!line.takes.length) return [];
    const rows = line.takes.map((take) => {
      const judged = take.why.length ? "failed its checks" : Dom.passed(take.score);
      return Dom.make("li", { class: "take", "data-key": take.key, "data-verdict": take.why.length ? "quarantined" : "good" },
        Dom.make("button", { type: "button", class: "take-play", "aria-label": `Play take ${take.number}`, onclick: () => Player.hear(take.key) }, "Play"),
        Dom.make("span", { class: "number" }, `Take ${take.number}`),
        Dom.make("span", { class: "length" }, `${take.audio_s.toFixed(1)} s, ${judged}`),
        take.kept
          ? Dom.make("span", { class: "badge kept" }, "kept")
          : Live.on
            ? Dom.make("button", { type: "button", class: "take-keep", "aria-label": `Keep take ${take.number}`, onclick: () => ask("choose", { key: take.key }) }, "Keep")
            : null,
        take.why.length && !take.kept ? Dom.make("span", { class: "why" }, take.why.join("; ")) : null);
    });
    return [Dom.make("h3", {}, rows.length > 1 ? `${rows.length} takes` : "One take"), Dom.make("ul", { class: "takes" }, ...rows)];
  }

  /** What can be done to a line: in view, however long what is above it is. @param {Line} line @returns {HTMLElement[]} */
  function actions(line) {
    if (!line.voice) return [];
    const button = (/** @type {string} */ id, /** @type {string} */ words, /** @type {() => void} */ act) =>
      Dom.make("button", { type: "button", id, onclick: act, disabled: busy.has(line.place) }, words);
    const accepting = line.verdict === "quarantined" && !Live.doing ? [button("d-accept", "Accept", accept)] : [];
    if (!Live.speaks) return accepting;
    return [button("d-save", "Save", save), button("d-retake", line.take ? "Another take" : "Make it", retake), ...accepting];
  }

  /** @param {Line} line @returns {HTMLElement[]} */
  function words(line) {
    return Live.alone && line.voice ? [Words.form(line)] : [];
  }

  /** @param {Line} line @returns {HTMLElement[]} */
  function form(line) {
    if (!line.voice) return [];
    if (!Live.speaks) {
      const wait = Live.doing
        ? "The page is at work on the book. Lines can be changed and spoken again when that is done."
        : "Another process works on this book. Lines can be changed and spoken again when it has ended.";
      return [Dom.make("p", { class: "note", id: "d-wait" }, wait)];
    }
    const field = (/** @type {string} */ id, /** @type {string} */ label, /** @type {HTMLElement} */ input) =>
      Dom.make("p", { class: "field" }, Dom.make("label", { for: id }, label), input);
    const text = Dom.make("textarea", { id: "d-text", rows: "3", dir: "auto" });
    text.value = line.text;
    const speaker = Dom.make("input", { id: "d-speaker", list: "d-speakers", autocomplete: "off", value: line.speaker, dir: "auto" });
    const direction = Dom.make("input", { id: "d-direction", autocomplete: "off", value: line.direction, dir: "auto", placeholder: "softly" });
    if (line.level) speaker.disabled = direction.disabled = true; // headings are the narrator's
    return [
      Dom.make("form", { id: "d-form", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); save(); } },
        field("d-text", "Text", text),
        Dom.make("div", { class: "fields" }, field("d-speaker", "Speaker", speaker), field("d-direction", "Direction", direction)),
        Dom.make("datalist", { id: "d-speakers" }, ...names.map((name) => Dom.make("option", { value: name })))),
    ];
  }

  /** @param {Line} line */
  function hint(line) {
    const open = Dom.make("p", { class: "note hint" }, "To change this line here, open the book with ");
    open.append(Dom.make("code", {}, "narrate proof PROJECT"));
    if (line.voice) open.append(". Or: ", Dom.make("code", {}, `narrate retake PROJECT ${line.place}`));
    return open;
  }

  function save() {
    if (!shown || !Live.speaks) return;
    const [text, speaker, direction] = ["d-text", "d-speaker", "d-direction"].map((id) => Dom.byId(id).value.split(/\s+/).filter(Boolean).join(" "));
    if (!text) return Dom.say("A line has words; remove it in the script's file.", true);
    if (text === shown.text && speaker === shown.speaker && direction === shown.direction) return Dom.say("Nothing was changed.");
    ask("edit", { text, speaker, direction });
  }

  const retake = () => { if (shown?.voice && Live.speaks) ask("retake", {}); };

  const accept = () => {
    if (!Live.on || !shown) return;
    if (shown.verdict !== "quarantined") return Dom.say(`Line ${shown.place} needs no accepting.`);
    ask("accept", {});
  };

  /**
   * Ask the server to do something to the line that is shown.
   * @param {"edit" | "retake" | "accept" | "choose"} what
   * @param {Record<string, string>} more
   */
  async function ask(what, more) {
    const line = shown;
    if (!line || busy.has(line.place)) return;
    const asked = { place: line.place, ...drawn, ...more };
    const before = line.take; // the event of the change may come before the answer
    const next = Live.alone ? "" : " The render that goes on speaks it before its other lines.";
    const doing = { edit: `Saving, and speaking it anew…${next}`, retake: `Speaking it again…${next}`, accept: "Accepting…", choose: "Keeping that take…" }[what];
    if (what === "retake" || what === "edit") Player.audio.pause(); // or the line that is shown would be another soon
    busy.set(line.place, doing);
    show(line, true);
    Dom.say(`${line.place}: ${doing}`);
    try {
      const changed = await Live.post(what, { take: before, ...asked });
      busy.delete(line.place);
      Page.update(changed);
      if (changed.error) Dom.say(`${line.place}: ${changed.error}`, true);
      else {
        Dom.say(`${line.place}: done.`);
        if (changed.take && changed.take !== before && isShown(line.place)) Player.hear(changed.take);
      }
    } catch (error) {
      busy.delete(line.place);
      Dom.say(`${line.place}: ${error instanceof Error ? error.message : error}`, true);
      if (isShown(line.place)) keepForm(() => show(line, true));
    }
  }

  /** Do something that draws the form anew, and put back what was typed in it. @param {() => void} draw */
  function keepForm(draw) {
    const fields = ["d-text", "d-speaker", "d-direction", "d-written", "d-spoken"].filter((id) => Dom.byId(id));
    const typed = fields.map((id) => /** @type {[string, string]} */ ([id, Dom.byId(id).value]));
    const opened = Dom.byId("d-word")?.open;
    draw();
    for (const [id, value] of typed) if (Dom.byId(id)) Dom.byId(id).value = value;
    if (opened && Dom.byId("d-word")) Dom.byId("d-word").open = true;
  }

  /** Lines can be spoken now, or cannot any more: what is being typed stays. */
  function refresh() {
    if (!shown) return;
    if (Live.speaks || !changed()) return keepForm(() => show(shown, true));
    for (const id of ["d-retake", "d-save", "d-say"]) if (Dom.byId(id)) Dom.byId(id).disabled = true;
    Dom.say(`${Live.doing ? "The page is at work on the book" : "Another process works on this book"}: what you have typed can be saved when it has ended.`);
  }

  /** Whether the form says something else than the line. */
  function changed() {
    const line = shown;
    if (!line || !Dom.byId("d-text")) return false;
    return [["d-text", line.text], ["d-speaker", line.speaker], ["d-direction", line.direction]].some(([id, was]) => Dom.byId(id).value !== was);
  }

  /** Play the take after the one that was played last. */
  let heard = "";
  function nextTake() {
    if (!shown?.takes.length) return;
    const at = shown.takes.findIndex((take) => take.key === heard);
    const take = shown.takes[(at + 1) % shown.takes.length];
    heard = take.key;
    Player.hear(take.key);
    Dom.say(`Take ${take.number}${take.kept ? ", the one that is kept" : ""}.`);
  }

  return { cast, show, isShown, refresh, save, retake, accept, nextTake };
})();
