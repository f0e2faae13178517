import { joinIdsXor } from '@custody/decision';
import { tooManyResults } from './source.ts';
import type { Window } from './window.ts';

/** Windows are joined up to this many entries, so that one count still says whether rows came later. */
const mostListedTogether = 0.9 * tooManyResults;

function sumOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function areAlike(last: Window, next: Window): boolean {
  if (last.state !== 'closed' || next.state !== 'closed' || last.proof !== next.proof) return false;
  if (last.facets.length > 0 || next.facets.length > 0 || last.facet || next.facet) return false;
  // What was counted since stands for one request: it cannot be added up.
  if (last.verifiedAtMs !== null || next.verifiedAtMs !== null) return false;
  return last.toMs === next.fromMs && last.listed + next.listed <= mostListedTogether;
}

function joined(last: Window, next: Window): Window {
  const { beside: before } = last;
  const { beside: after } = next;
  return {
    ...last,
    toMs: next.toMs,
    listed: last.listed + next.listed,
    idsXor: joinIdsXor(last.idsXor, next.idsXor),
    counted: sumOrNull(last.counted, next.counted),
    deletedAtSource: last.deletedAtSource + next.deletedAtSource,
    // "As of" the oldest of the readings: nothing later is claimed.
    readAtMs: Math.min(last.readAtMs ?? 0, next.readAtMs ?? 0),
    closedAtMs: Math.max(last.closedAtMs ?? 0, next.closedAtMs ?? 0),
    beside: before === null || after === null ? null : { before: before.before, after: after.after },
  };
}

/** One window for neighbours that were proven in the same way: an hour read in slices ends as one record. */
export function joinNeighbours(windows: readonly Window[]): Window[] {
  const all: Window[] = [];
  for (const window of windows) {
    const last = all.at(-1);
    if (last !== undefined && areAlike(last, window)) all[all.length - 1] = joined(last, window);
    else all.push(window);
  }
  return all;
}
