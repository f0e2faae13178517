import { type SourceLevel, type SourcesOfAnswer, sourceLevels } from '@custody/store';
import type { AnswerMeta } from '../answer.ts';

/** Collects what the statements of one answer read. */
export class Sources {
  readonly #levels = new Set<SourceLevel>();
  readonly #expired: { fromMs: number; toMs: number }[] = [];

  readonly add = ({ levels, expired }: SourcesOfAnswer): void => {
    for (const level of levels) this.#levels.add(level);
    if (expired !== null) this.#expired.push(expired);
  };

  /** The levels, the coarsest first, and the rows that are missed; nothing where no statement was planned. */
  meta(): Pick<AnswerMeta, 'expired'> & Partial<Pick<AnswerMeta, 'levels'>> {
    const iso = (epochMs: number) => new Date(epochMs).toISOString();
    const from = Math.min(...this.#expired.map(({ fromMs }) => fromMs));
    const to = Math.max(...this.#expired.map(({ toMs }) => toMs));
    return {
      ...(this.#levels.size === 0 ? {} : { levels: sourceLevels.filter((level) => this.#levels.has(level)) }),
      ...(this.#expired.length === 0 ? {} : { expired: { from: iso(from), to: iso(to) } }),
    };
  }
}
