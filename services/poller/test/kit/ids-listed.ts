import { joinIdsXor, type SourceWindow } from '@custody/decision';
import type { PropertyWorld } from './property-world.ts';

/** Ids in 32 hexadecimal digits. */
export interface IdSets {
  /** What a pass cannot but have listed. */
  readonly sure: readonly string[];
  /** All that it may have listed, what is sure included. */
  readonly possible: readonly string[];
}

/** So many ids may have been listed or not: of each set of them the XOR is tried. */
const mostUnsure = 10;

function isXorOfSome(wanted: string | null, count: number, ids: readonly string[]): boolean {
  if (count === 0) return wanted === joinIdsXor();
  const [first, ...others] = ids;
  if (first === undefined || count > ids.length) return false;
  return isXorOfSome(joinIdsXor(wanted, first), count - 1, others) || isXorOfSome(wanted, count, others);
}

/**
 * Whether a window tells the XOR of a set that has as many ids as it says were listed, holds what is sure and nothing that is
 * not possible; `null` where too much is unsure to tell.
 */
export function isXorOfListed(
  { listed, ids_xor }: Pick<SourceWindow, 'listed' | 'ids_xor'>,
  { sure, possible }: IdSets,
): boolean | null {
  if (ids_xor === undefined) return false;
  const isSure = new Set(sure);
  const unsure = possible.filter((id) => !isSure.has(id));
  if (unsure.length > mostUnsure) return null;
  return isXorOfSome(joinIdsXor(ids_xor, ...sure), listed - sure.length, unsure);
}

/**
 * What two readings in a row may fail to list by chance, where no count shows it: a source that orders rows of one moment
 * anew for each page lets one of them slip over the edge between two.
 */
export function mayHaveSlipped({ variants, permit }: PropertyWorld, ids: readonly string[]): Set<string> {
  if (variants.ties !== 'shuffled') return new Set();
  const moments = ids.map((id) => permit.entries.find(id)?.micros);
  const isTied = (at: number) => moments.indexOf(moments[at]) !== moments.lastIndexOf(moments[at]);
  return new Set(ids.filter((_, at) => isTied(at)));
}
