import { createHash } from 'node:crypto';
import { comparePositions, type LandedDecision, type LandingPosition } from '@custody/store';

interface Told {
  readonly content: string;
  readonly position: LandingPosition;
}

/** About 100 bytes each. */
const usualSize = 50_000;

function contentOf({ row: { ingested_at: _, ...row } }: LandedDecision): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 16);
}

/**
 * Which decisions were told last, and what was told of them. A crash before a commit has the consumer store a batch again
 * unchanged: these rows land once more, and say nothing new to whoever was told them.
 */
export class ToldLately {
  readonly #told = new Map<string, Told>();
  readonly #size: number;

  constructor(size = usualSize) {
    this.#size = size;
  }

  /** Notes a decision; the place where it was told with the same content before, or `null`. */
  note(landed: LandedDecision): LandingPosition | null {
    const { decision_id: id } = landed.row;
    const content = contentOf(landed);
    const known = this.#told.get(id);
    const first = known?.content === content ? known.position : null;
    // Noted last, so that the oldest go first.
    this.#told.delete(id);
    this.#told.set(id, { content, position: first ?? landed.position });
    if (this.#told.size > this.#size) this.#told.delete(this.#told.keys().next().value ?? id);
    return first;
  }
}

/** Whether somebody who has been told everything after a place was told what stood at another. */
export function wasTold(at: LandingPosition | null, since: LandingPosition): boolean {
  return at !== null && comparePositions(at, since) > 0;
}
