import type { StoreClient } from '../client.ts';
import { RecentlyUsed } from '../recently-used.ts';
import type { Basis } from './basis.ts';

/** An answer, and what it rests on. */
export interface RememberedAnswer extends Basis {
  /** By `performance.now()`. */
  readonly readAtMs: number;
  readonly rows: readonly unknown[];
}

/**
 * Believed for so long. What is stored is said once more after it is stored, but for what was stored by a statement that was
 * killed in between: its sender sends it again, as a rule at once.
 */
export const believedMs = 60_000;
/** Values of all answers together: some ten megabytes. */
const mostCells = 200_000;
/** No answer takes more than a quarter of them. */
const mostCellsOfOne = mostCells / 4;

/** How much an answer takes, in values of some ten bytes. */
function cellsOf(question: string, { rows, plans }: RememberedAnswer): number {
  const [first] = rows;
  const ofRow = typeof first === 'object' && first !== null ? Object.keys(first).length : 1;
  const shares = plans.flatMap(({ parts }) => parts.flatMap((part) => part.shares));
  const ofPlans = shares.reduce((sum, { envIds, ranges }) => sum + envIds.length + 4 * ranges.length, 50);
  return rows.length * ofRow + ofPlans + question.length / 16;
}

/** The answers of late, by question; those that nobody asked for longest make room. */
export class AnswerMemory {
  readonly #answers = new RecentlyUsed<RememberedAnswer>({ mostSize: mostCells });

  /** How many there are. */
  get size(): number {
    return this.#answers.count;
  }

  get(question: string): RememberedAnswer | undefined {
    const answer = this.#answers.get(question);
    if (answer === undefined || performance.now() - answer.readAtMs <= believedMs) return answer;
    this.#answers.delete(question);
    return undefined;
  }

  set(question: string, answer: RememberedAnswer): void {
    this.#answers.delete(question);
    this.#forgetOld();
    const cells = cellsOf(question, answer);
    if (cells <= mostCellsOfOne) this.#answers.set(question, answer, cells);
  }

  /** Most questions are asked once: their ranges end now. */
  #forgetOld(): void {
    const nowMs = performance.now();
    for (const [question, { readAtMs }] of this.#answers) {
      if (nowMs - readAtMs > believedMs) this.#answers.delete(question);
    }
  }
}

const memories = new WeakMap<StoreClient, AnswerMemory>();

/** What was answered through a client. */
export function answerMemoryOf(client: StoreClient): AnswerMemory {
  const memory = memories.get(client) ?? new AnswerMemory();
  memories.set(client, memory);
  return memory;
}
