import type { ListedFacts, NewestSeal } from '../seals/hour-facts.ts';
import type { Difference, DifferenceKind, VerifiedSpan } from './difference.ts';
import type { StoredHour } from './stored-hours.ts';

type Found = Omit<Difference, keyof VerifiedSpan>;

function one(kind: DifferenceKind, expected: string, found: string): Found[] {
  return [{ kind, subject: '', expected, found }];
}

/**
 * What is wrong with the rows of a sealed hour. Of what they differ in from the seal, the first that explains the others.
 * Where the source lists something else by now, the hour is about to be sealed anew: then its listing says nothing.
 */
export function compareRows(seal: NewestSeal, listing: ListedFacts | null, rows: StoredHour): Found[] {
  const { stored, distinct, idsXor, content, lacking } = rows;
  const isAsListed = listing !== null && listing.listed === seal.listed;
  const missing = isAsListed ? Math.max(0, seal.listed - stored - seal.deadLetters) : 0;
  const hasListedIds =
    isAsListed && listing.listedIdsXor !== '' && seal.state === 'complete' && seal.deletedAtSource === 0;
  const ofSeal = () => {
    if (stored > seal.stored) return one('rows_extra', `${seal.stored} decisions, as sealed`, `${stored} decisions`);
    if (stored < seal.stored) return one('rows_missing', `${seal.stored} decisions, as sealed`, `${stored} decisions`);
    if (missing > seal.missing) {
      return one(
        'rows_missing',
        `${seal.listed} decisions, as listed`,
        `${stored}, and ${seal.deadLetters} dead letters`,
      );
    }
    if (hasListedIds && seal.listed === stored && idsXor !== listing.listedIdsXor) {
      return one('ids', `ids ${listing.listedIdsXor}, as listed`, `ids ${idsXor}`);
    }
    return content === seal.content ? [] : one('content', `${seal.content}, as sealed`, content);
  };
  return [
    ...ofSeal(),
    ...(stored === distinct ? [] : one('doubled', `${stored} ids`, `${distinct} ids in ${stored} decisions`)),
    ...(lacking === 0 ? [] : one('entries', 'an entry for each decision', `${lacking} decisions without one`)),
  ];
}
