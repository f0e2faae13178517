import type { TrustLevel } from '../trust-level.ts';
import {
  assumptionOf,
  type Change,
  type ChangeSubject,
  changeSentence,
  coversLevel,
  isChange,
  levelOf,
  leverOf,
  subjectOf,
} from './counted-change.ts';
import { explainDenial } from './explain-denial.ts';
import type { Remedy } from './remedy.ts';
import type { StoredCall } from './stored-call.ts';

/** Denials that are alike in all that an explanation looks at. */
export interface DenialKind {
  readonly call: StoredCall;
  readonly denials: number;
  /** RFC 3339, of the first and the last of them; the last one's id. */
  readonly firstAt: string;
  readonly lastAt: string;
  readonly lastId: string;
}

/** One change, and what it would have done for the denials that were looked at. */
export interface TalliedChange extends ChangeSubject {
  readonly code: Change['code'];
  readonly level: TrustLevel | '';
  readonly sentence: string;
  /** What has to hold beside it; `''` where the known levels say that it is enough. */
  readonly assumes: string;
  /** Denials that this change alone would have removed. */
  readonly removes: number;
  /** Further denials that need it and another change. */
  readonly helps: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly lastId: string;
}

/** Two changes that are needed together. */
export interface TalliedPair {
  readonly human: string;
  readonly agent: string;
  readonly server: string;
  readonly level: TrustLevel | '';
  readonly sentences: readonly string[];
  /** Denials that need both. */
  readonly removes: number;
}

/** Why no change can be named. */
export interface Unmended {
  readonly code: Remedy['code'];
  readonly sentence: string;
  readonly denials: number;
}

export interface RemedyTally {
  readonly denials: number;
  /** Denials that one change of a consent or a ceiling would have removed. */
  readonly oneLevel: number;
  /** Denials that one change would have removed, but none of levels. */
  readonly oneOther: number;
  /** Denials that need two changes. */
  readonly two: number;
  /** Denials for which no change can be named. */
  readonly none: number;
  /** What removes most comes first; of changes that remove as many, the smaller level. */
  readonly changes: readonly TalliedChange[];
  readonly pairs: readonly TalliedPair[];
  readonly unmended: readonly Unmended[];
}

interface Explained {
  readonly kind: DenialKind;
  readonly changes: readonly Change[];
  /** Where there are no changes, why. */
  readonly reason: Remedy | undefined;
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);
const sum = (kinds: readonly Explained[]) => kinds.reduce((total, { kind }) => total + kind.denials, 0);

function explained(kind: DenialKind): Explained[] {
  const remedies = explainDenial(kind.call)?.remedies;
  if (remedies === undefined) return [];
  return [{ kind, changes: remedies.filter(isChange), reason: remedies.find((one) => !isChange(one)) }];
}

/** What a change is made to, whatever the level: JSON keeps names that hold separators apart. */
function targetKey(change: Change): string {
  const lever = leverOf(change);
  return JSON.stringify([lever === 'other' ? change.code : lever, subjectOf(change)]);
}

interface Needed {
  readonly change: Change;
  readonly of: Explained;
}

function latest(needed: readonly Needed[]): Needed {
  return needed.reduce((best, one) => (one.of.kind.lastAt > best.of.kind.lastAt ? one : best));
}

/** One row a level that some denial of the target needs: what a higher one removes contains what a lower one does. */
function talliedLevels(needed: readonly Needed[]): TalliedChange[] {
  const levels = [...new Set(needed.map(({ change }) => levelOf(change)))];
  return levels.map((level) => {
    const covered = needed.filter(({ change }) => coversLevel(level, levelOf(change)));
    const { change, of } = latest(covered.filter((one) => levelOf(one.change) === level));
    const isAlone = (one: Needed) => one.of.changes.length === 1;
    const times = covered.map((one) => one.of.kind);
    const { lastAt, lastId } = latest(covered).of.kind;
    return {
      code: change.code,
      ...subjectOf(change),
      level,
      sentence: changeSentence(change, of.kind.call),
      assumes: assumptionOf(change),
      removes: sum(covered.filter(isAlone).map((one) => one.of)),
      helps: sum(covered.filter((one) => !isAlone(one)).map((one) => one.of)),
      firstAt: times.map(({ firstAt }) => firstAt).sort()[0] as string,
      lastAt,
      lastId,
    };
  });
}

const levelOrder = (level: TrustLevel | '') => ['low', 'medium', 'high', ''].indexOf(level);

function byEffect(a: TalliedChange, b: TalliedChange): number {
  const byLevel = levelOrder(a.level) - levelOrder(b.level);
  return b.removes - a.removes || b.helps - a.helps || byLevel || byText(a.sentence, b.sentence);
}

function pairOf([{ kind, changes }, ...rest]: [Explained, ...Explained[]]): TalliedPair {
  const { human, server } = subjectOf(changes[0] as Change);
  const { agent } = subjectOf(changes[1] as Change);
  return {
    ...{ human, agent, server, level: levelOf(changes[0] as Change) },
    sentences: changes.map((change) => changeSentence(change, kind.call)),
    removes: kind.denials + sum(rest),
  };
}

function pairsOf(kinds: readonly Explained[]): TalliedPair[] {
  const several = kinds.filter(({ changes }) => changes.length > 1);
  const groups = Map.groupBy(several, ({ changes }) =>
    JSON.stringify(changes.map((change) => [targetKey(change), levelOf(change)])),
  );
  const pairs = [...groups.values()].map((group) => pairOf(group as [Explained, ...Explained[]]));
  return pairs.sort((a, b) => b.removes - a.removes || byText(a.sentences.join(), b.sentences.join()));
}

const unmendedSentences: Readonly<Record<string, string>> = {
  tell_human: 'For whom the agent called cannot be told, so it cannot be told whose consent or maximum was too low',
  find_level: 'The level that the tool requires is not known, so it cannot be told which side is too low',
  unexplained:
    'The known levels would have allowed the call: another policy, or a change that no listing caught, decided',
};

function unmendedOf(kinds: readonly Explained[]): Unmended[] {
  const reasons = kinds.flatMap(({ kind, reason }) => (reason === undefined ? [] : [{ kind, code: reason.code }]));
  const groups = Map.groupBy(reasons, ({ code }) => code);
  return [...groups]
    .map(([code, group]) => ({
      code,
      sentence: unmendedSentences[code] as string,
      denials: group.reduce((total, { kind }) => total + kind.denials, 0),
    }))
    .sort((a, b) => b.denials - a.denials || byText(a.code, b.code));
}

/**
 * Which one change would have removed most denials. Each denial is explained for itself, as of its moment, and then counted
 * by what it needs; what two changes are needed for, and what none can be named for, is counted apart and never promised to
 * one. Kinds that are no denials count nothing.
 */
export function tallyRemedies(kinds: readonly DenialKind[]): RemedyTally {
  const found = kinds.flatMap(explained);
  const alone = found.filter(({ changes }) => changes.length === 1);
  const isLevel = ({ changes: [change] }: Explained) => leverOf(change as Change) !== 'other';
  const needed = found.flatMap((of) => of.changes.map((change) => ({ change, of })));
  const targets = Map.groupBy(needed, ({ change }) => targetKey(change));
  return {
    denials: sum(found),
    oneLevel: sum(alone.filter(isLevel)),
    oneOther: sum(alone.filter((one) => !isLevel(one))),
    two: sum(found.filter(({ changes }) => changes.length > 1)),
    none: sum(found.filter(({ changes }) => changes.length === 0)),
    changes: [...targets.values()].flatMap(talliedLevels).sort(byEffect),
    pairs: pairsOf(found),
    unmended: unmendedOf(found),
  };
}
