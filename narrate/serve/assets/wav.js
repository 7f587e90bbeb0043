// Sound as a WAV file, made in the page: mono, 16 bits.

/**
 * @param {Int16Array[]} pieces @param {number} rate samples a second
 * @returns {Blob}
 */
export function wav(pieces, rate) {
  const bytes = 2 * count(pieces);
  const head = new DataView(new ArrayBuffer(44));
  const text = (/** @type {number} */ at, /** @type {string} */ name) => [...name].forEach((letter, n) => head.setUint8(at + n, letter.charCodeAt(0)));
  text(0, "RIFF");
  head.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true); // PCM
  head.setUint16(22, 1, true); // one channel
  head.setUint32(24, rate, true);
  head.setUint32(28, 2 * rate, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  text(36, "data");
  head.setUint32(40, bytes, true);
  return new Blob([head, .../** @type {BlobPart[]} */ (pieces)], { type: "audio/wav" });
}

/** How many samples there are. @param {Int16Array[]} pieces */
export const count = (pieces) => pieces.reduce((sum, piece) => sum + piece.length, 0);

/** Samples from -1 to 1 in 16 bits. @param {Float32Array} samples */
export const whole = (samples) => Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767));
