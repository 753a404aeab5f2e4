/* A two-layer net and NumPy's RandomState, so that a run in the page is the run of the chapter, number for number. */
(() => {
  "use strict";

  /* The Mersenne Twister as numpy.random.RandomState(seed) uses it. */
  class RandomState {
    constructor(seed) {
      this.state = new Uint32Array(624);
      this.state[0] = seed;
      for (let k = 1; k < 624; k++) {
        const before = this.state[k - 1] ^ (this.state[k - 1] >>> 30);
        this.state[k] = Math.imul(1812433253, before) + k;
      }
      this.place = 624;
      this.spare = null;
    }
    twist() {
      const { state } = this;
      for (let k = 0; k < 624; k++) {
        const bits = (state[k] & 0x80000000) | (state[(k + 1) % 624] & 0x7fffffff);
        state[k] = state[(k + 397) % 624] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
      }
      this.place = 0;
    }
    bits() {
      if (this.place === 624) this.twist();
      let y = this.state[this.place++];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      return (y ^ (y >>> 18)) >>> 0;
    }
    uniform() {
      const a = this.bits() >>> 5, b = this.bits() >>> 6;
      return (a * 67108864 + b) / 9007199254740992;
    }
    normal() {
      if (this.spare !== null) {
        const kept = this.spare;
        this.spare = null;
        return kept;
      }
      let u, v, square;
      do {
        u = 2 * this.uniform() - 1;
        v = 2 * this.uniform() - 1;
        square = u * u + v * v;
      } while (square >= 1 || square === 0);
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = factor * u;
      return factor * v;
    }
    permutation(n) {
      const order = Array.from({ length: n }, (_, k) => k);
      for (let k = n - 1; k > 0; k--) {
        const mask = 2 ** (32 - Math.clz32(k)) - 1;
        let j;
        do j = (this.bits() & mask) >>> 0; while (j > k);
        [order[k], order[j]] = [order[j], order[k]];
      }
      return order;
    }
  }

  /* Linear, sigmoid, linear. Weights are kept row by row: W1 (I, H), b1 (H), W2 (H, O), b2 (O). */
  class Net {
    constructor(rng, inputs, hidden, outputs) {
      Object.assign(this, { inputs, hidden, outputs });
      const draw = (count, from) => Float64Array.from({ length: count }, () => Math.sqrt(1 / from) * rng.normal());
      const W1 = draw(inputs * hidden, inputs), W2 = draw(hidden * outputs, hidden);
      this.params = [W1, new Float64Array(hidden), W2, new Float64Array(outputs)];
      this.z = new Float64Array(hidden);
    }
    /* Return the outputs for one example; the hidden values stay in z. */
    predict(x, out = new Float64Array(this.outputs)) {
      const { inputs, hidden, outputs, z, params: [W1, b1, W2, b2] } = this;
      for (let h = 0; h < hidden; h++) {
        let a = b1[h];
        for (let i = 0; i < inputs; i++) a += x[i] * W1[i * hidden + h];
        z[h] = 1 / (1 + Math.exp(-a));
      }
      for (let o = 0; o < outputs; o++) {
        let sum = b2[o];
        for (let h = 0; h < hidden; h++) sum += z[h] * W2[h * outputs + o];
        out[o] = sum;
      }
      return out;
    }
    /* One update on a batch. `dloss(out, n)` turns an output in place into the gradient of the mean loss, and returns the loss. */
    step(batch, rate, dloss) {
      const { inputs, hidden, outputs, z, params } = this, W2 = params[2];
      const [dW1, db1, dW2, db2] = params.map((values) => new Float64Array(values.length)), out = new Float64Array(outputs);
      let loss = 0;
      for (const n of batch) {
        const x = this.points[n];
        loss += dloss(this.predict(x, out), n);
        for (let h = 0; h < hidden; h++) {
          let dz = 0;
          for (let o = 0; o < outputs; o++) {
            dz += out[o] * W2[h * outputs + o];
            dW2[h * outputs + o] += z[h] * out[o];
          }
          const da = dz * z[h] * (1 - z[h]);
          db1[h] += da;
          for (let i = 0; i < inputs; i++) dW1[i * hidden + h] += x[i] * da;
        }
        for (let o = 0; o < outputs; o++) db2[o] += out[o];
      }
      [dW1, db1, dW2, db2].forEach((slopes, k) => slopes.forEach((slope, j) => { params[k][j] -= (rate * slope) / batch.length; }));
      return loss / batch.length;
    }
  }

  Object.assign(window.explorables, { Net, RandomState });
})();
