/* The mean of each area of a plane: a true low-pass, for what aliases costs bits.
 *
 * Down the columns four bytes at a time, as two and two numbers with room for their sums in one word: byte
 * by byte it takes thrice as long. Little-endian, as all that browsers run on.
 */

export class Areas {
  #sums = new Uint16Array();

  /** Means of a plane of `height` rows, `stride` words apart from `start` on, in whose rows the samples of
   *  all `targets` lie in turn, `width` of each. A target is { data, at, stride, width, height }. */
  average(words, { start, stride, width, height }, targets) {
    const samples = targets.length * width;
    if (this.#sums.length < samples + 3) this.#sums = new Uint16Array(samples + 3);
    const edges = edgesOf(width, targets[0].width);
    const rows = edgesOf(height, targets[0].height);
    for (let row = 0; row < targets[0].height; row += 1) {
      const count = rows[row + 1] - rows[row];
      this.#addRows(words, start + rows[row] * stride, stride, count, samples);
      targets.forEach((target, first) => this.#addColumns(target, row, edges, count, first, targets.length));
    }
  }

  #addRows(words, start, stride, count, samples) {
    const sums = this.#sums;
    for (let x = 0, first = start; x < samples; x += 4, first += 1) {
      let [even, odd] = [0, 0];
      for (let y = 0, at = first; y < count; y += 1, at += stride) {
        const four = words[at];
        even += four & 0xff00ff;
        odd += (four >>> 8) & 0xff00ff;
      }
      sums[x] = even;
      sums[x + 1] = odd;
      sums[x + 2] = even >>> 16;
      sums[x + 3] = odd >>> 16;
    }
  }

  #addColumns({ data, at, stride, width }, row, edges, rows, first, step) {
    const sums = this.#sums;
    for (let column = 0, left = edges[0]; column < width; column += 1) {
      const right = edges[column + 1];
      let sum = 0;
      for (let x = left * step + first; x < right * step; x += step) sum += sums[x];
      const count = (right - left) * rows;
      data[at + row * stride + column] = (sum + count / 2) / count;
      left = right;
    }
  }
}

function edgesOf(from, to) {
  return Int32Array.from({ length: to + 1 }, (_, index) => Math.floor((index * from) / to));
}
