import type { AlertTransition } from '@custody/decision';
import { isWithinEnvironments, kindsAboutOthers, type Scope } from '@custody/store';

type Details = Pick<AlertTransition, 'contributors' | 'newPairs' | 'grantChanges' | 'examples' | 'members'>;
type Subject = Pick<AlertTransition['subject'], 'kind' | 'key'>;

const isAmong = (values: readonly string[] | null, value: string) => values === null || values.includes(value);

/** The server that a key of the kind surely names; `''` for none. */
function serverOf(kind: string, key: string): string {
  if (kind === 'tool') return key.slice(0, Math.max(0, key.indexOf(':')));
  return kind === 'server' ? key : kind === 'pair' ? (key.split(' → ')[1] ?? '') : '';
}

/** Whether a subject surely lies within what a caller may see of its environment. The store asks the same of alerts. */
function isSubjectShown({ kind, key }: Subject, { servers, humans }: Scope): boolean {
  return isAmong(servers, serverOf(kind, key)) && isAmong(humans, kind === 'human' ? key : '');
}

/** Whether who contributed may be named: the denials are those of a subject that is shown, and some keys are of others. */
function isContributorShown(dimension: string, key: string, { servers, humans }: Scope): boolean {
  if (dimension === 'human') return isAmong(humans, key);
  return dimension === 'server' || dimension === 'tool' ? isAmong(servers, serverOf(dimension, key)) : true;
}

/**
 * What of an alert's explanation is shown to a caller. A restriction to environments takes nothing: an alert is of one. With
 * one to servers or humans, what has the same cause is shown only where it surely lies within; and what was never seen
 * before in a whole environment is not told to whoever may see one human's part.
 */
export function shownDetails(details: Details, scope: Scope): Details {
  if (!isWithinEnvironments(scope)) return details;
  const { servers, humans } = scope;
  const contributors = Object.entries(details.contributors).map(
    ([dimension, those]) => [dimension, those.filter(({ key }) => isContributorShown(dimension, key, scope))] as const,
  );
  const isGrantShown = ({ server, humanKey, what }: Details['grantChanges'][number]) =>
    isAmong(servers, server) && (isAmong(humans, humanKey) || (humanKey === '' && what.startsWith('tool level')));
  return {
    contributors: Object.fromEntries(contributors),
    newPairs: humans === null ? details.newPairs.filter((pair) => isAmong(servers, serverOf('pair', pair))) : [],
    grantChanges: details.grantChanges.filter(isGrantShown),
    examples: details.examples.filter(({ server, humanKey }) => isAmong(servers, server) && isAmong(humans, humanKey)),
    members: details.members.filter(({ subject }) => isSubjectShown(subject, scope)),
  };
}

/** Whether a step's sentence may be about others than the alert's subject, and is kept from a caller. */
export function isSentenceWithheld(kind: string, scope: Scope): boolean {
  return isWithinEnvironments(scope) && kindsAboutOthers.includes(kind);
}

/** What kept a step from being told, without mute times of other rules that found what is told with it. */
export function shownSilencers(
  { silencedBy, rule }: Pick<AlertTransition, 'silencedBy' | 'rule'>,
  scope: Scope,
): string[] {
  if (!isWithinEnvironments(scope)) return silencedBy;
  return silencedBy.filter((name) => name.startsWith('silence:') || name.startsWith(`mute:${rule} (`));
}

/**
 * Said to whoever may see a part of environments, whether there is anything else or not: that something was left out would
 * tell that it is there.
 */
export function withheldNote(scope: Scope): { withheld?: true } {
  return isWithinEnvironments(scope) ? { withheld: true } : {};
}
