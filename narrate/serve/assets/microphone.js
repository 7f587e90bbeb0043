// The microphone: recorded as it is, without what calls do to a voice, and made into a WAV file in the page.

import { wav, whole } from "./wav.js";

export const LONGEST_S = 60; // of a recording; fifteen seconds are kept at most

/**
 * Begin to record. Throws an Error that says what is in the way.
 * @param {(seconds: number, peak: number) => void} heard ten times a second; `peak` from 0 to 1
 * @returns {Promise<() => Promise<Blob>>} ends it, and gives what was heard
 */
export async function record(heard) {
  const stream = await microphone();
  const context = new AudioContext();
  try {
    await context.audioWorklet.addModule("assets/microphone-worklet.js");
    await context.resume();
  } catch (error) {
    close(stream, context);
    throw error;
  }
  const rate = context.sampleRate;
  /** @type {Int16Array[]} */
  const pieces = [];
  let samples = 0;
  const taker = new AudioWorkletNode(context, "taker", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  /** @type {Promise<void>} */
  const over = new Promise((resolve) => {
    taker.port.onmessage = ({ data }) => {
      pieces.push(whole(data.samples));
      samples += data.samples.length;
      heard(samples / rate, data.samples.reduce((/** @type {number} */ most, /** @type {number} */ one) => Math.max(most, Math.abs(one)), 0));
      if (data.last) resolve();
    };
  });
  context.createMediaStreamSource(stream).connect(taker);
  return async () => {
    taker.port.postMessage("end");
    await over;
    close(stream, context);
    return wav(pieces, rate);
  };
}

/** @param {MediaStream} stream @param {AudioContext} context */
function close(stream, context) {
  for (const track of stream.getTracks()) track.stop();
  context.close();
}

/** @returns {Promise<MediaStream>} */
async function microphone() {
  if (!navigator.mediaDevices) throw new Error(UNSAFE);
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  } catch (error) {
    const { name, message } = /** @type {DOMException} */ (error);
    throw new Error(REASONS[name] ?? `the microphone cannot be used: ${message}`);
  }
}

const UNSAFE = "a browser gives the microphone only to https and to 127.0.0.1; open the studio on its own machine, or send a file";
const REASONS = /** @type {Record<string, string>} */ ({
  NotAllowedError: "this page may not use the microphone; allow it in the browser's address line, or send a file",
  NotFoundError: "there is no microphone here; connect one, or send a file",
  NotReadableError: "another program has the microphone; close it, or send a file",
});

/** Why nothing can be recorded here; empty where it may be tried. */
export const impossible = () => (navigator.mediaDevices ? "" : UNSAFE);
