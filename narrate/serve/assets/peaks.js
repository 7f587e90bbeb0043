// A waveform that is looked at, drawn from its peaks.

/**
 * @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} heights from 0 to 255
 * @param {[number, number]} [part] from where to where, as shares of the whole, it is drawn stronger
 */
export function drawPeaks(canvas, heights, part = [0, 1]) {
  const { clientWidth, clientHeight } = canvas;
  const scale = devicePixelRatio;
  canvas.width = Math.round(clientWidth * scale);
  canvas.height = Math.round(clientHeight * scale);
  const paint = canvas.getContext("2d");
  if (!paint || !heights.length) return;
  const style = getComputedStyle(canvas);
  const [strong, weak] = ["--wave-done", "--wave"].map((name) => style.getPropertyValue(name));
  const bars = Math.max(1, Math.min(heights.length, Math.floor(clientWidth / 3)));
  const step = canvas.width / bars;
  const full = Math.max(48, Array.prototype.reduce.call(heights, (/** @type {any} */ most, /** @type {any} */ one) => Math.max(most, one), 0)); // a quiet one fills the height, silence does not
  for (let bar = 0; bar < bars; bar++) {
    let most = 0;
    const end = Math.max(Math.floor((bar * heights.length) / bars) + 1, Math.floor(((bar + 1) * heights.length) / bars));
    for (let at = Math.floor((bar * heights.length) / bars); at < end; at++) most = Math.max(most, heights[at]);
    const height = Math.max(scale, (most / full) * canvas.height);
    const share = (bar + 0.5) / bars;
    paint.fillStyle = share >= part[0] && share <= part[1] ? strong : weak;
    paint.fillRect(bar * step, (canvas.height - height) / 2, Math.max(1, step - scale), height);
  }
}
