import type { Log } from '@custody/log';
import type { DecisionSource } from '../../src/source.ts';

/** What a process meets that is killed. */
export class Killed extends Error {}

/** A life that ends at a given step, before or after the step has its effect; nothing works after it. */
export class Life {
  #stepsLeft: number;

  constructor(steps = Number.POSITIVE_INFINITY) {
    this.#stepsLeft = steps;
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    this.#spend();
    const result = await work();
    this.#spend();
    return result;
  }

  #spend(): void {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) throw new Killed();
  }
}

export function mortalSource(source: DecisionSource, life: Life): DecisionSource {
  return {
    listDecisions: (request, signal) => life.step(() => source.listDecisions(request, signal)),
    countDecisions: (range, facet, options) => life.step(() => source.countDecisions(range, facet, options)),
  };
}

export function mortalLog(log: Log, life: Life): Log {
  return {
    engine: log.engine,
    ensureTopics: (specs) => log.ensureTopics(specs),
    append: (topic, records) => life.step(() => log.append(topic, records)),
    latest: (topic) => life.step(() => log.latest(topic)),
    follow: (options) => log.follow(options),
    consume: (options) => log.consume(options),
    lag: (group, topic) => log.lag(group, topic),
    lead: (name, task, signal) => log.lead(name, task, signal),
    close: () => log.close(),
  };
}
