// A small picture of a render's speed: seconds of audio a second, over the time that it has taken.

/* global Dom */

const [WIDTH, HEIGHT, STEPS] = [600, 90, 60];

/**
 * @param {HTMLElement} figure @param {number[][]} pace wall time and audio made by then, both from the start on
 */
export function drawSpeed(figure, pace) {
  const steps = stretches(pace);
  figure.hidden = steps.length < 2;
  if (figure.hidden) return;
  const top = Math.max(...steps.map((step) => step.speed));
  const end = steps[steps.length - 1].end;
  const x = (/** @type {number} */ at) => ((at / end) * WIDTH).toFixed(1);
  const y = (/** @type {number} */ speed) => (HEIGHT - (speed / top) * (HEIGHT - 6)).toFixed(1);
  const line = steps.map((step) => `L${x(step.start)} ${y(step.speed)}H${x(step.end)}`).join("");
  const last = pace[pace.length - 1];
  const said = `On the whole ${(last[1] / last[0]).toFixed(1)} seconds of audio a second; at most ${top.toFixed(1)}.`;
  const svg = node("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": `Speed. ${said}` });
  svg.append(node("path", { d: `M0 ${HEIGHT}${line}V${HEIGHT}Z`, class: "area" }), node("path", { d: `M0 ${y(steps[0].speed)}${line}`, class: "edge" }));
  figure.replaceChildren(svg, Dom.make("figcaption", { class: "note" }, `${said} Over ${Dom.clock(end)}.`));
}

/** Speeds of stretches of about the same length: takes land in bursts. @param {number[][]} pace */
function stretches(pace) {
  const end = pace.length ? pace[pace.length - 1][0] : 0;
  /** @type {{start: number, end: number, speed: number}[]} */
  const steps = [];
  let [start, before] = [0, 0];
  for (const [wall, audio] of pace) {
    if (wall - start < end / STEPS || wall <= start) continue;
    steps.push({ start, end: wall, speed: Math.max(0, (audio - before) / (wall - start)) });
    [start, before] = [wall, audio];
  }
  return steps;
}

/** @param {string} name @param {Record<string, string>} attributes */
function node(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
