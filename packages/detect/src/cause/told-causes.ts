import { type Finding, subjectId } from '../finding.ts';
import { type Candidate, type Cells, enoughOf, orderOf } from './candidate.ts';
import type { Cause } from './cause.ts';

interface Told {
  readonly lead: Finding;
  readonly members: Finding[];
  why: Cause['why'];
  readonly order: number;
  /** `null` where several agents share it. */
  readonly first: Candidate | null;
}

/** Whom a candidate is about. */
function whomOf({ about, finding }: Candidate): string {
  const { kind, key } = about ?? finding.subject;
  return JSON.stringify([kind, key]);
}

/** Whether what is about one agent or human is so because it is told of them, or because they are back after weeks. */
function isOfOne(a: Candidate, b: Candidate): boolean {
  return (a.about ?? b.about ?? null) !== null || [a, b].some(({ finding }) => finding.detector === 'dormant_agent');
}

function placeOf({ detector, subject }: Finding): string {
  return subjectId(detector, subject);
}

/** Causes in the order in which they were found, by what they are of, so that a further finding is not held against each. */
export class ToldCauses {
  readonly #told: Told[] = [];
  /** Which causes have how many of a kind of denial. */
  readonly #having = new Map<string, { readonly at: number; readonly denials: number }[]>();
  /** The most that any has. */
  readonly #covered = new Map<string, number>();
  readonly #byPlace = new Map<string, number>();
  readonly #byWhom = new Map<string, number[]>();

  push({ lead, members, why }: Cause, cells: Cells, first: Candidate | null): void {
    const at = this.#told.push({ lead, members: [...members], why, order: orderOf(lead), first }) - 1;
    for (const [name, denials] of cells) {
      const having = this.#having.get(name) ?? [];
      having.push({ at, denials });
      this.#having.set(name, having);
      this.#covered.set(name, Math.max(denials, this.#covered.get(name) ?? 0));
    }
    const place = placeOf(lead);
    if (!this.#byPlace.has(place)) this.#byPlace.set(place, at);
    if (first !== null) this.#byWhom.set(whomOf(first), [...(this.#byWhom.get(whomOf(first)) ?? []), at]);
  }

  /** Puts a finding where it belongs; returns whether it belongs anywhere. */
  take(candidate: Candidate): boolean {
    const inside = this.#insideOf(candidate);
    const home = this.#homeOf(candidate, inside);
    if (home !== null) {
      const joined = orderOf(candidate.finding) > home.order ? 'explained' : 'same';
      home.members.push(candidate.finding);
      home.why = home.why === 'shared' ? home.why : joined;
      return true;
    }
    // No single one explains it: all of them together may, and it goes to the one that has most of it.
    let all = 0;
    for (const [name, denials] of candidate.cells) all += Math.min(denials, this.#covered.get(name) ?? 0);
    if (this.#told.length < 2 || all < enoughOf(candidate, true)) return false;
    const [[largest] = []] = [...inside].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b);
    const told = this.#told[largest ?? -1];
    if (told === undefined) return false;
    told.members.push(candidate.finding);
    told.why = 'explained';
    return true;
  }

  causes(): Cause[] {
    return this.#told.map(({ lead, members, why }) => ({ lead, members, why }));
  }

  /** How many of the denials each cause has, of those that have any. */
  #insideOf({ cells }: Candidate): Map<number, number> {
    const inside = new Map<number, number>();
    for (const [name, denials] of cells) {
      for (const { at, denials: has } of this.#having.get(name) ?? []) {
        inside.set(at, (inside.get(at) ?? 0) + Math.min(denials, has));
      }
    }
    return inside;
  }

  /** The first that it is the same as, that is about the same agent or human, or that explains it. */
  #homeOf(candidate: Candidate, inside: ReadonlyMap<number, number>): Told | null {
    // What several rules find of one subject is one matter, also where there are no denials to compare.
    let home = this.#byPlace.get(placeOf(candidate.finding)) ?? Number.POSITIVE_INFINITY;
    for (const at of this.#byWhom.get(whomOf(candidate)) ?? []) {
      const first = this.#told[at]?.first ?? null;
      if (at < home && first !== null && isOfOne(first, candidate)) home = at;
    }
    const order = orderOf(candidate.finding);
    for (const [at, has] of inside) {
      if (at < home && has >= enoughOf(candidate, order > (this.#told[at]?.order ?? 0))) home = at;
    }
    return this.#told[home] ?? null;
  }
}
