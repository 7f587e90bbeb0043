// Speech that is heard while it is made: asked for as bare samples, and played as they come.

import { count } from "./wav.js";

export const RATE = 24000; // samples a second, as the server sends them
const LEAD_S = 0.06; // of sound ahead, so that nothing is torn

/**
 * @typedef {{first_s: number | null, wall_s: number, audio_s: number, gaps: number}} Figures
 * `first_s`: to the first sound; `gaps`: how often the sound was waited for while it was heard
 */

/**
 * Ask for speech and hear it as it comes; what came. Throws an Error with what the server said.
 * @param {Record<string, any>} asked @param {AbortSignal} signal ends it, also what is heard
 * @param {boolean} streamed else it is heard when all of it is there
 * @param {(figures: Figures, piece: Int16Array) => void} came
 * @returns {Promise<{pieces: Int16Array[], figures: Figures, heard: Promise<void>}>} `heard` at the end of the sound
 */
export async function speak(asked, signal, streamed, came) {
  const output = new AudioContext({ sampleRate: RATE });
  const close = () => { if (output.state !== "closed") output.close(); };
  signal.addEventListener("abort", close, { once: true });
  const began = performance.now();
  /** @type {Figures} */
  const figures = { first_s: null, wall_s: 0, audio_s: 0, gaps: 0 };
  /** @type {Int16Array[]} */
  const pieces = [];
  let until = 0; // on the output's clock
  /** @type {Promise<void>} */
  let heard = Promise.resolve();
  const hear = (/** @type {Int16Array} */ piece) => {
    if (until && until < output.currentTime) figures.gaps++;
    const start = Math.max(until, output.currentTime + LEAD_S);
    heard = play(output, piece, start);
    until = start + piece.length / RATE;
  };
  try {
    const answer = await fetch("v1/audio/speech", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...asked, response_format: "pcm" }), signal,
    });
    if (!answer.ok || !answer.body) throw new Error(await failure(answer));
    for await (const piece of samplesOf(answer.body)) {
      figures.wall_s = (performance.now() - began) / 1000;
      figures.first_s ??= figures.wall_s;
      pieces.push(piece);
      figures.audio_s = count(pieces) / RATE;
      if (streamed) hear(piece);
      came(figures, piece);
    }
    if (!streamed) pieces.forEach(hear);
  } catch (error) {
    close();
    throw error;
  }
  figures.wall_s = (performance.now() - began) / 1000;
  if (!streamed) figures.first_s = figures.wall_s;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  return { pieces, figures, heard: Promise.race([heard, ended]).then(close) };
}

/** What a failure says. @param {Response} answer */
async function failure(answer) {
  const found = await answer.json().catch(() => null);
  return found?.error?.message ?? found?.error ?? `the server answered ${answer.status}`;
}

/** Samples as they come: bytes may come by halves. @param {ReadableStream<Uint8Array>} body @returns {AsyncGenerator<Int16Array>} */
async function* samplesOf(body) {
  const reader = body.getReader();
  let left = new Uint8Array(0);
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const bytes = new Uint8Array(left.length + value.length);
    bytes.set(left);
    bytes.set(value, left.length);
    const even = bytes.length - (bytes.length % 2);
    left = bytes.slice(even);
    if (even) yield new Int16Array(bytes.buffer, 0, even / 2);
  }
}

/** @param {AudioContext} output @param {Int16Array} piece @param {number} start @returns {Promise<void>} */
function play(output, piece, start) {
  const buffer = output.createBuffer(1, piece.length, RATE);
  const channel = buffer.getChannelData(0);
  for (let at = 0; at < piece.length; at++) channel[at] = piece[at] / 32768;
  const source = new AudioBufferSourceNode(output, { buffer });
  source.connect(output.destination);
  source.start(start);
  return new Promise((resolve) => { source.onended = () => resolve(); });
}
