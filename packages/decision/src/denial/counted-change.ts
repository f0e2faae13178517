import { compareLevels, isTrustLevel, type TrustLevel } from '../trust-level.ts';
import type { Remedy } from './remedy.ts';

/** Remedies that are changes: the others say why none can be named. */
export type Change = Exclude<Remedy, { code: 'tell_human' | 'find_level' | 'unexplained' }>;

export function isChange(remedy: Remedy): remedy is Change {
  return remedy.code !== 'tell_human' && remedy.code !== 'find_level' && remedy.code !== 'unexplained';
}

/** What a change is made to, flat, so that changes of every kind make one table; what does not apply is `''`. */
export interface ChangeSubject {
  readonly human: string;
  /** The agent, or whatever caller it is about. */
  readonly agent: string;
  readonly server: string;
  readonly tool: string;
  readonly tenant: string;
  readonly resource: string;
}

export function subjectOf(change: Change): ChangeSubject {
  const named: Partial<Record<keyof ChangeSubject | 'caller', string>> = { caller: '', ...change };
  const of = (name: keyof typeof named) => named[name] ?? '';
  return {
    ...{ human: of('human'), agent: of('agent') || of('caller'), server: of('server') },
    ...{ tool: of('tool'), tenant: of('tenant'), resource: of('resource') },
  };
}

/**
 * Whether a change concerns the levels of consent and ceiling. To raise a level and to give one where none was are one
 * change of one thing: whoever makes the level so has made it so for both kinds of denials.
 */
export function leverOf({ code }: Change): 'ceiling' | 'consent' | 'other' {
  if (code === 'raise_ceiling' || code === 'set_ceiling') return 'ceiling';
  return code === 'raise_consent' || code === 'give_consent' ? 'consent' : 'other';
}

/** The level that a change has to reach; `''` where it is not about a level, or where that one is not known. */
export function levelOf(change: Change): TrustLevel | '' {
  return 'level' in change ? change.level : '';
}

/** Whether a level does for what needs another one; what is not known is done for by nothing but itself. */
export function coversLevel(level: TrustLevel | '', needed: TrustLevel | ''): boolean {
  if (!isTrustLevel(level) || !isTrustLevel(needed)) return level === needed;
  return compareLevels(level, needed) >= 0;
}

interface Names {
  readonly human_name: string;
  readonly agent_name: string;
}

function atLevel(level: TrustLevel | ''): string {
  return level === '' ? 'at the level that the tool requires' : `at ${level} or more`;
}

/** A change in words that are true of all denials it is counted for; a remedy's own sentence speaks of one call. */
export function changeSentence(change: Change, { human_name, agent_name }: Names): string {
  const { human, agent, server } = subjectOf(change);
  const level = levelOf(change);
  const lever = leverOf(change);
  if (lever === 'other' || human === '') return change.sentence;
  const name = human_name || human;
  if (lever === 'ceiling') return `An admin must set ${name}'s maximum for ${server} ${atLevel(level)}`;
  const agentText = agent_name === '' ? agent : `${agent_name} (${agent})`;
  return `${name} must give ${agentText} consent for ${server}, ${atLevel(level)}`;
}

/** What has to hold beside a change for it to be enough; `''` where the known levels say that it is. */
export function assumptionOf(change: Change): string {
  if (change.code === 'give_consent' && change.human === '') return 'the maximum of that human allows the level';
  if (leverOf(change) !== 'other') {
    return levelOf(change) === ''
      ? 'the level that the tool requires, which is not known, is reached by both sides'
      : '';
  }
  const opensName = ['import_server', 'add_tool', 'create_tenant', 'register_caller'].includes(change.code);
  return opensName ? 'consent and maximum reach the level that the tool then requires' : '';
}
