/** When the page may do something: now, after a while, with its next frame. */
export interface Turns {
  readonly now: () => number;
  readonly later: (act: () => void, ms: number) => void;
  readonly atFrame: (act: () => void) => void;
}

const browserTurns: Turns = {
  now: () => performance.now(),
  later: (act, ms) => setTimeout(act, ms),
  atFrame: (act) => requestAnimationFrame(act),
};

/** No reader sees more often that rows have changed. */
const drawMs = 100;

/**
 * Draws what changed with a frame of the browser's, ten times a second at most: however much comes, it costs one drawing, and
 * where nothing comes it costs nothing.
 */
export class Drawing {
  readonly #draw: () => void;
  readonly #turns: Turns;
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(draw: () => void, turns = browserTurns) {
    this.#draw = draw;
    this.#turns = turns;
  }

  /** Something changed. */
  soon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const { now, later, atFrame } = this.#turns;
    const act = () => {
      this.#isWaiting = false;
      this.#drawnAtMs = now();
      this.#draw();
    };
    const waitMs = this.#drawnAtMs + drawMs - now();
    if (waitMs > 0) later(() => atFrame(act), waitMs);
    else atFrame(act);
  }
}
