import { z } from 'zod';

/** Where the page shows decisions as they land. */
export const tailPanel = 'section.panel[aria-label="Live decisions"]';

/** What is seen of the page once it stands still, milliseconds since its navigation. */
export const loadedPage = z.object({
  interactive: z.number(),
  /** A key that the page answered. */
  firstKey: z.number(),
  /** The last byte of the last answer. */
  answered: z.number(),
  /** The frame that shows the last of it. */
  drawn: z.number(),
  /** Between the last byte of an answer and the frame that shows it, all together: what else was being answered meanwhile. */
  answers: z.number(),
  answerBytes: z.number(),
  longestTask: z.number(),
  /** Addresses of files. */
  files: z.array(z.string()),
});

/** Frames of a stretch of time, as the page is asked for them. */
export const seenFrames = z.object({
  count: z.number(),
  elapsedMs: z.number(),
  /** Between two frames. */
  longestMs: z.number(),
  /** Turns of the screen without a frame of the page. */
  missed: z.number(),
  longTaskMs: z.number(),
  /** How long ago the newest decision had been made when it was seen first, for each that was. */
  ageMs: z.array(z.number()),
});
export type SeenFrames = z.infer<typeof seenFrames>;

/**
 * Put into a page before its own scripts: a clock that is so far ahead, and what looks at frames, long tasks, marks and answers.
 * Apart from the clock it changes nothing that the page sees. It presses `/` until the search box answers, once.
 */
export function probeScript(aheadMs: number): string {
  return `{
  const OwnDate = Date;
  globalThis.Date = class extends OwnDate {
    constructor(...parts) {
      if (parts.length > 0) super(...parts);
      else super(OwnDate.now() + ${aheadMs});
    }
    static now() {
      return OwnDate.now() + ${aheadMs};
    }
  };
  const tasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  performance.setResourceTimingBufferSize(10_000);
  let firstKey = null;
  const press = () => {
    document.dispatchEvent(new KeyboardEvent('keydown', { key: '/' }));
    if (document.activeElement?.id !== 'search') return void requestAnimationFrame(press);
    firstKey = performance.now();
    document.activeElement.blur();
  };
  requestAnimationFrame(press);
  const isAnswer = ({ name }) => new URL(name).pathname.startsWith('/v1/');
  const answersOf = () => performance.getEntriesByType('resource').filter((entry) => isAnswer(entry) && entry.responseEnd > 0);
  const markAt = (name) => performance.getEntriesByName(name).at(-1)?.startTime ?? null;
  // Everything that was asked is answered and drawn, and has been for a while.
  const hasSettled = () => {
    const busy = '[aria-busy="true"], .skeleton, .is-old';
    if (document.querySelector('#content:not(:has(' + busy + ')) > .page') === null || firstKey === null) return false;
    const drawn = markAt('custody.drawn') ?? Infinity;
    return performance.now() - Math.max(drawn, ...answersOf().map(({ responseEnd }) => responseEnd)) > 700;
  };
  globalThis.custodyProbe = {
    settled() {
      return new Promise((resolve) => {
        const look = () => (hasSettled() ? resolve(true) : setTimeout(look, 50));
        look();
      });
    },
    loaded() {
      const answers = answersOf();
      return {
        interactive: markAt('custody.interactive'),
        firstKey,
        answered: Math.max(...answers.map(({ responseEnd }) => responseEnd)),
        drawn: markAt('custody.drawn'),
        answers: answers.length,
        answerBytes: answers.reduce((sum, { transferSize }) => sum + transferSize, 0),
        longestTask: Math.max(0, ...tasks.map(({ duration }) => duration)),
        files: [location.href, ...performance.getEntriesByType('resource').filter((entry) => !isAnswer(entry)).map(({ name }) => name)],
      };
    },
    /** Frames of the next so many milliseconds. */
    frames(forMs) {
      return new Promise((resolve) => {
        const times = [];
        const ageMs = [];
        const began = tasks.length;
        const newest = () => document.querySelector(${JSON.stringify(`${tailPanel} tbody time`)})?.dateTime;
        let seen = newest();
        const frame = (atMs) => {
          times.push(atMs);
          if (newest() !== seen) {
            seen = newest();
            ageMs.push(Date.now() - Date.parse(seen));
          }
          if (atMs - times[0] < forMs) return void requestAnimationFrame(frame);
          const gaps = times.slice(1).map((time, index) => time - times[index]);
          const turn = 1_000 / 60;
          resolve({
            count: gaps.length,
            elapsedMs: atMs - times[0],
            longestMs: Math.max(...gaps),
            missed: gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / turn) - 1), 0),
            ageMs,
            longTaskMs: tasks.slice(began).reduce((sum, { duration }) => sum + duration, 0),
          });
        };
        requestAnimationFrame(frame);
      });
    },
  };
}`;
}
