/**
 * What tools for the speed of pages can read of this one, the benchmark among them: the last moment of each kind, since a page may
 * be open for weeks.
 */
type Mark = 'custody.interactive' | 'custody.drawn';

function mark(name: Mark): void {
  performance.clearMarks(name);
  performance.mark(name);
}

/** Whoever looks at the page may use it from now on. */
export function markInteractive(): void {
  mark('custody.interactive');
}

let isWaiting = false;

/** Notes when what was just put into the page is on the screen: after the frame that draws it. */
export function markDrawn(): void {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() =>
    setTimeout(() => {
      isWaiting = false;
      mark('custody.drawn');
    }),
  );
}
