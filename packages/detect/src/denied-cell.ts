import { minuteMs, type TimeRange } from '@custody/decision';
import type { DeniedCalls } from './contributors.ts';
import type { Subject } from './finding.ts';

/** Denials of a minute (or of a bucket) by everything that is known of them; `tool` is `server:tool`. */
export interface DeniedCell extends DeniedCalls {
  /** Where its time begins. */
  readonly atMs: number;
}

/** The names under which denials count for subjects of a kind. */
function keysOf({ agent, human, server, tool, reason }: DeniedCalls, kind: Subject['kind']): readonly string[] {
  if (kind === 'environment') return [''];
  if (kind === 'pair') return [`${agent} → ${server}`];
  if (kind === 'tool') return [tool, `${server}:${tool}`];
  return [{ agent, human, server, reason }[kind]];
}

/** Whether denials count for a subject. */
export function isOf(calls: DeniedCalls, { kind, key }: Omit<Subject, 'envId'>): boolean {
  return kind === 'environment' || keysOf(calls, kind).includes(key);
}

type ByKey = ReadonlyMap<string, readonly DeniedCell[]>;
/** Of a storm's denials those of each of thousands of subjects are asked for: all are gone through once for each kind. */
const byKind = new WeakMap<readonly DeniedCell[], Map<Subject['kind'], ByKey>>();

function byKeyOf(cells: readonly DeniedCell[], kind: Subject['kind']): ByKey {
  const known = byKind.get(cells) ?? new Map<Subject['kind'], ByKey>();
  byKind.set(cells, known);
  const before = known.get(kind);
  if (before !== undefined) return before;
  const byKey = new Map<string, DeniedCell[]>();
  for (const cell of cells) {
    for (const key of new Set(keysOf(cell, kind))) {
      const those = byKey.get(key);
      if (those === undefined) byKey.set(key, [cell]);
      else those.push(cell);
    }
  }
  known.set(kind, byKey);
  return byKey;
}

/** The denials of one subject in a range, which may begin within a minute. `cells` are not changed between two calls. */
export function cellsOf(
  cells: readonly DeniedCell[],
  { kind, key }: Omit<Subject, 'envId'>,
  range: TimeRange,
): DeniedCell[] {
  const fromMs = Math.floor(range.fromMs / minuteMs) * minuteMs;
  const own = kind === 'environment' ? cells : (byKeyOf(cells, kind).get(key) ?? []);
  return own.filter(({ atMs }) => atMs >= fromMs && atMs < range.toMs);
}
