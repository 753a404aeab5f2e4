/* Level lines of a function of two numbers, by marching squares. */
(() => {
  "use strict";

  /* Return the pieces [[x, y], [x, y]] of the lines f = height over a grid of n by n squares. */
  function levelLines(f, [left, right], [low, high], heights, n = 56) {
    const xs = Array.from({ length: n + 1 }, (_, k) => left + ((right - left) * k) / n);
    const ys = Array.from({ length: n + 1 }, (_, k) => low + ((high - low) * k) / n);
    const values = ys.map((y) => xs.map((x) => f(x, y)));
    return heights.map((height) => {
      const pieces = [];
      for (let row = 0; row < n; row++) {
        for (let column = 0; column < n; column++) pieces.push(...crossings(xs, ys, values, row, column, height));
      }
      return pieces;
    });
  }

  /* The pieces in one square: the places where the height lies between the values of two neighbouring corners, in pairs. */
  function crossings(xs, ys, values, row, column, height) {
    const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([i, j]) => [xs[column + i], ys[row + j], values[row + j][column + i] - height]);
    const found = [];
    corners.forEach(([x, y, value], k) => {
      const [nextX, nextY, next] = corners[(k + 1) % 4];
      if (value > 0 !== next > 0) {
        const share = value / (value - next);
        found.push([x + share * (nextX - x), y + share * (nextY - y)]);
      }
    });
    return found.length === 4 ? [found.slice(0, 2), found.slice(2)] : found.length ? [found] : [];
  }

  Object.assign(window.explorables, { levelLines });
})();
