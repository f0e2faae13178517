import { type AlertTransition, type AlertTransitionKind, dayMs, hourMs, minuteMs } from '@custody/decision';
import { firstOf } from './cut.ts';

const kindWords: Readonly<Record<AlertTransitionKind, string>> = {
  opened: 'New',
  reopened: 'Again',
  escalated: 'Grew',
  ongoing: 'Ongoing',
  reminded: 'Still going on',
  merged: 'Part of another alert now',
  acknowledged: 'Acknowledged',
  confirmed: 'Confirmed',
  withdrawn: 'Withdrawn',
  resolved: 'Resolved',
  changed: 'Changed after its end',
};

/** "2026-11-27 10:05 UTC". */
export function momentText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function durationText(ms: number): string {
  const [unit, name] = ms >= 2 * dayMs ? [dayMs, 'days'] : ms >= 2 * hourMs ? [hourMs, 'hours'] : [minuteMs, 'minutes'];
  const count = Math.round(ms / unit);
  return `${count} ${count === 1 ? name.slice(0, -1) : name}`;
}

/** What happened, and by whom where it was somebody: "Acknowledged by alice". */
export function happened({ kind, actor }: AlertTransition): string {
  return actor === '' ? kindWords[kind] : `${kindWords[kind]} by ${actor}`;
}

/** One line that says what it is about: "[DEMO] New: agent Cursor: 29 denials in 5 minutes (production)". */
export function headline(transition: AlertTransition): string {
  const { title, subject, isDemo, isLate } = transition;
  const marks = [isDemo ? '[DEMO] ' : '', isLate ? '[late] ' : ''].join('');
  return `${marks}${happened(transition)}: ${title} (${subject.envName || subject.envId})`;
}

/** A heading and what stands under it. */
export interface Fact {
  readonly name: string;
  readonly lines: readonly string[];
}

function share(part: number): string {
  return `${Math.round(part * 100)} %`;
}

function contributorFacts({ contributors }: AlertTransition): Fact[] {
  return Object.entries(contributors).flatMap(([dimension, parts]) => {
    const lines = firstOf(parts, 3, (part) => {
      const usual = part.usualShare === null ? '' : `, usually ${share(part.usualShare)}`;
      return `${part.name || part.key}: ${part.denials} (${share(part.share)}${part.isNew ? ', never before' : usual})`;
    });
    return lines.length === 0 ? [] : [{ name: `By ${dimension}`, lines }];
  });
}

function levelText(level: string): string {
  return level === '' ? 'none' : level;
}

function grantLines({ grantChanges }: AlertTransition): string[] {
  return firstOf(grantChanges, 5, (change) => {
    const whose = [change.agentKey, change.humanKey, change.server].filter((part) => part !== '').join(', ');
    return `${momentText(change.atMs)} ${change.what} ${levelText(change.before)} → ${levelText(change.after)} (${whose})`;
  });
}

function trustLines(transition: AlertTransition): string[] {
  const { completeness, readUntilMs, provenUntilMs, isLate, atMs, decidedAtMs } = transition;
  const how = {
    proven: 'All of it is proven complete.',
    unproven: 'Not proven complete yet: there may be more.',
    unread: 'Part of the time is not read yet: there may be more.',
  }[completeness];
  const late = isLate ? [`Found ${durationText(decidedAtMs - atMs)} late, in rows that were read late.`] : [];
  return [...late, `${how} Read up to ${momentText(readUntilMs)}, proven up to ${momentText(provenUntilMs)}.`];
}

function briefLines({ isBrief = false }: AlertTransition): string[] {
  const missing = 'what is usual, what is new, examples and changed grants are not told';
  return isBrief ? [`Told at once, without reading what would have kept it waiting: ${missing}.`] : [];
}

/** What there is to know beside headline and sentence, grouped; groups without lines are left out. */
export function factsOf(transition: AlertTransition): Fact[] {
  const { newPairs, examples, members, otherMembers = 0, unless, note } = transition;
  const facts: Fact[] = [
    { name: 'Note', lines: note === '' ? [] : [note] },
    ...contributorFacts(transition),
    { name: 'Never seen before', lines: firstOf(newPairs, 5, (pair) => pair) },
    { name: 'Grants that changed before', lines: grantLines(transition) },
    {
      name: 'For example',
      lines: firstOf(
        examples,
        3,
        (it) => `${momentText(it.occurredAtMs)} ${it.agentKey} → ${it.server}:${it.tool}: ${it.decision}, ${it.reason}`,
      ),
    },
    {
      name: 'The same cause',
      lines: firstOf(
        members,
        5,
        ({ subject, sentence }) => `${subject.kind} ${subject.name}: ${sentence}`,
        otherMembers,
      ),
    },
    { name: 'It would not be there with', lines: unless === '' ? [] : [unless] },
    { name: 'How far it is known', lines: [...briefLines(transition), ...trustLines(transition)] },
  ];
  return facts.filter(({ lines }) => lines.length > 0);
}

/** The alert on one line of a terminal or a log. */
export function alertLine(transition: AlertTransition): string {
  const { severity, sentence, url } = transition;
  return `${severity}  ${headline(transition)}. ${sentence}${url === '' ? '' : ` ${url}`}`;
}
