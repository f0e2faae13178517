import { isWithinEnvironments, type Scope, type SourceLevel, type SourcesOfAnswer, sourceLevels } from '@custody/store';
import type { AnswerMeta } from '../answer/answer-meta.ts';

/** Collects what the statements of one answer read. */
export class Sources {
  readonly #tellsLevels: boolean;
  readonly #levels = new Set<SourceLevel>();
  readonly #expired: { fromMs: number; toMs: number }[] = [];

  /** A part of an environment is not told what was read: hours are opened and sealed by all that lands in them. */
  constructor(scope: Scope) {
    this.#tellsLevels = !isWithinEnvironments(scope);
  }

  readonly add = ({ levels, expired }: SourcesOfAnswer): void => {
    if (this.#tellsLevels) for (const level of levels) this.#levels.add(level);
    if (expired !== null) this.#expired.push(expired);
  };

  /** The levels, the coarsest first, and the rows that are missed; nothing where no statement was planned, or they are not told. */
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
