import { formatFields, formatTable } from '../commands/table.ts';
import type { SeenLetter } from './dead-letter-view.ts';
import { bytesText, harmless } from './letter-bytes.ts';
import type { LetterHistory } from './letter-history.ts';
import type { ReplayEvent, ReplayResult } from './replay.ts';

const longestDetail = 56;

const number = (value: number) => value.toLocaleString('en-US');
const letters = (count: number) => `${number(count)} dead letter${count === 1 ? '' : 's'}`;

function shortened(text: string): string {
  const shown = harmless(text);
  return shown.length > longestDetail ? `${shown.slice(0, longestDetail - 1)}…` : shown;
}

/** `2026-11-26 22:50:51` of an RFC 3339 time. */
function instant(text: string, length: 16 | 19): string {
  return harmless(text).replace('T', ' ').slice(0, length);
}

export function lettersTable(shown: readonly SeenLetter[]): string {
  return formatTable(
    shown.map((letter) => ({
      'failed (UTC)': instant(letter.failedAt, 19),
      environment: harmless(letter.envName || letter.envId),
      'hour (UTC)': instant(letter.hour, 16),
      fault: harmless(letter.fault),
      detail: shortened(letter.detail),
      origin: harmless(letter.origin),
      attempt: letter.attempt,
      state: letter.state,
    })),
  );
}

export interface FaultCount {
  readonly fault: string;
  readonly step: string;
  readonly letters: number;
}

/** Most frequent fault first. */
export function countByFault(all: readonly SeenLetter[]): FaultCount[] {
  const counts = new Map<string, FaultCount>();
  for (const { fault, step } of all) {
    const key = `${fault}\n${step}`;
    counts.set(key, { fault, step, letters: (counts.get(key)?.letters ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.letters - a.letters || (a.fault < b.fault ? -1 : 1));
}

export interface LetterList {
  readonly letters: readonly SeenLetter[];
  /** How many the filters choose, whatever the limit. */
  readonly matching: number;
  readonly counts: readonly FaultCount[];
  /** Chosen by the filters too, and not shown: mended since. */
  readonly stored: number;
  /** Records of the topic that are neither a letter nor a note on one. */
  readonly foreign: number;
}

/** The list as a person reads it. */
export function listText(list: LetterList): string {
  const { matching, counts, stored, foreign } = list;
  const left = matching - list.letters.length;
  const notes = [
    ...(left > 0 ? [`${letters(left)} more: --limit ${matching} shows all.`] : []),
    ...(stored > 0 ? [`${letters(stored)} not shown: replayed and stored since (--all).`] : []),
    ...(foreign > 0
      ? [`${number(foreign)} records of the topic are no dead letters that this version understands.`]
      : []),
  ];
  if (list.letters.length === 0) return ['No dead letters.', ...notes].join('\n');
  const byFault = formatTable(
    counts.map(({ fault, step, letters: count }) => ({ fault: harmless(fault), step: harmless(step), letters: count })),
  );
  return [lettersTable(list.letters), '', byFault, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** One letter as a person reads it. */
export function letterText({ newest, events }: LetterHistory): string {
  const headers = Object.entries(newest.headers).map(([name, text]) => [harmless(name), harmless(text)] as const);
  const history = events.map(({ event, at, attempt, fault }) => {
    const what =
      event === 'failed'
        ? `failed   attempt ${attempt}: ${harmless(fault)}`
        : `${event}${event === 'stored' ? '  ' : ''}`;
    return `${instant(at, 19)}  ${what}`;
  });
  return [
    formatFields({ key: harmless(newest.key), ...Object.fromEntries(headers) }),
    '',
    ...history,
    '',
    `${number(newest.value?.byteLength ?? 0)} bytes`,
    bytesText(newest.value),
  ].join('\n');
}

/** An event of a replay as a person reads it. */
export function replayEventText(event: ReplayEvent): string {
  if (event.event === 'progress') {
    const { replayed, letters: all, stored, failed_again } = event;
    return `${number(replayed)} of ${number(all)} replayed, ${number(stored)} stored, ${number(failed_again)} failed again`;
  }
  const { on_their_way, stored_before, conflicting } = event;
  return [
    `${letters(event.letters.length)} to replay`,
    ...(on_their_way > 0 ? [`${number(on_their_way)} replayed before and not handled yet (--again)`] : []),
    ...(stored_before > 0 ? [`${number(stored_before)} stored since`] : []),
    ...(conflicting > 0
      ? [`${number(conflicting)} conflicting_entry left alone: a decision keeps its first time`]
      : []),
  ].join('; ');
}

/** What came of a replay, as a person reads it. */
export function replayResultText(result: ReplayResult): string {
  const { outcome, letters: all, replayed, stored, failed_again } = result;
  if (outcome === 'dry_run') return all === 0 ? 'Nothing to replay.' : `Would replay ${letters(all)}.`;
  if (all === 0) return 'Nothing to replay.';
  if (outcome === 'replayed') {
    return `Replayed ${letters(replayed)}. \`custody dead-letters list --all\` shows what becomes of them.`;
  }
  const handled = `${number(stored)} stored, ${number(failed_again)} failed again`;
  const waiting = replayed - stored - failed_again;
  if (outcome === 'interrupted') {
    return (
      `Stopped with ${number(replayed)} of ${number(all)} replayed (${handled}). What was replayed goes on by itself; ` +
      'the same command replays the rest.'
    );
  }
  return [
    `Replayed ${letters(replayed)}: ${handled}${waiting > 0 ? `, ${number(waiting)} not handled yet` : ''}.`,
    ...(failed_again > 0
      ? ['Their cause is not mended, or not in the consumer that runs: `custody dead-letters list` says why.']
      : []),
    ...(waiting > 0
      ? ['The consumer has not come to the rest: is it running? `custody dead-letters list --all` shows when it has.']
      : []),
  ].join('\n');
}
