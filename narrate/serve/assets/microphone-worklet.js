// What a microphone hears, handed to the page a tenth of a second at a time.

class Taker extends AudioWorkletProcessor {
  constructor() {
    super();
    this.taken = new Float32Array(Math.round(sampleRate / 10));
    this.at = 0;
    this.port.onmessage = () => {
      this.port.postMessage({ samples: this.taken.slice(0, this.at), last: true });
      this.over = true;
    };
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const samples = inputs[0][0];
    if (samples) {
      for (const sample of samples) {
        this.taken[this.at++] = sample;
        if (this.at === this.taken.length) {
          this.port.postMessage({ samples: this.taken, last: false });
          this.at = 0;
        }
      }
    }
    return !this.over;
  }
}

registerProcessor("taker", Taker);
