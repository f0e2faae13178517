import { dayMs, hourMs, minuteMs } from '@custody/decision';
import { describe, expect, test } from 'vitest';
import {
  type Alert,
  type AlertEvent,
  advance,
  defaultAlertRules,
  type Finding,
  maskOf,
  type Sign,
} from '../src/index.ts';
import { startMs } from './watching.ts';

const finding: Finding = {
  detector: 'spike',
  subject: { envId: 'e', kind: 'agent', key: 'agent|a' },
  window: { fromMs: startMs - hourMs, toMs: startMs },
  observed: 30,
  expected: 1,
  bound: 12,
  probability: 1e-9,
  completeness: 'proven',
  sentence: '30 denials.',
  unless: '',
  details: {},
};

const fires = (measure = 30, tools: readonly string[] = ['s:a']): Sign => ({ kind: 'fires', finding, measure, tools });
const elevated: Sign = { kind: 'elevated', measure: 8, tools: [] };
const quiet: Sign = { kind: 'quiet' };
const unknown: Sign = { kind: 'unknown' };

/** Signs a minute apart, or so many minutes. */
function live(signs: readonly Sign[], everyMinutes = 1, rules = defaultAlertRules) {
  const events: AlertEvent[] = [];
  let alert: Alert | null = null;
  signs.forEach((sign, at) => {
    const advanced = advance(alert, sign, null, startMs + at * everyMinutes * minuteMs, rules);
    alert = advanced.alert;
    if (advanced.event !== null) events.push(advanced.event);
  });
  return { alert: alert as Alert | null, kinds: events.map(({ kind }) => kind), events };
}

function times(count: number, sign: Sign): Sign[] {
  return Array.from({ length: count }, () => sign);
}

describe('an alert', () => {
  test('opens once and is resolved after an hour of quiet', () => {
    const { alert, kinds } = live([fires(), fires(), ...times(60, quiet)]);
    expect(kinds).toEqual(['opened', 'resolved']);
    expect(alert).toMatchObject({ status: 'resolved', peak: 30, openedAtMs: startMs, lastSignMs: startMs + minuteMs });
  });

  test('is held by what is elevated', () => {
    expect(live([fires(), ...times(59, quiet), elevated, ...times(59, quiet)]).kinds).toEqual(['opened']);
  });

  test('is not opened by what is elevated', () => {
    expect(live([elevated, elevated])).toMatchObject({ alert: null, kinds: [] });
  });

  test('is not resolved by time that nobody read, nor by looks that were not taken', () => {
    expect(live([fires(), ...times(600, unknown)]).kinds).toEqual(['opened']);
    // Twelve looks, of which each sees five minutes, are needed, however far apart they are.
    expect(live([fires(), ...times(11, quiet)], 30).kinds).toEqual(['opened']);
    expect(live([fires(), ...times(12, quiet)], 30).kinds).toEqual(['opened', 'resolved']);
  });

  test('escalates at four times what was told, and then at four times that', () => {
    const { events } = live([fires(30), fires(119), fires(120), fires(479), fires(480)]);
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'escalated', 'escalated']);
    expect(events[1]?.sentence).toBe('Grew from 30 to 120. 30 denials.');
  });

  test('escalates when it turns to other tools, once for each set of them', () => {
    const { events } = live([
      fires(30, ['s:a', 's:b']),
      fires(30, ['s:a', 's:b', 's:c']),
      fires(30, ['s:c', 's:d']),
      fires(30, ['s:d', 's:c']),
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'escalated']);
    expect(events[1]?.sentence).toContain('Other tools than before: s:c, s:d.');
  });

  test('opens again as the same within the cooldown, and as another after it', () => {
    const ended = [fires(), ...times(60, quiet)];
    const again = live([...ended, ...times(100, quiet), fires()]);
    expect(again.kinds).toEqual(['opened', 'resolved', 'reopened']);
    expect(again.alert?.openedAtMs).toBe(startMs);
    const other = live([...ended, ...times(241, quiet), fires()]);
    expect(other.kinds).toEqual(['opened', 'resolved', 'opened']);
    expect(other.alert?.openedAtMs).toBeGreaterThan(startMs);
  });

  test('is forgotten once it cannot open again', () => {
    expect(live([fires(), ...times(60 + 241, quiet)]).alert).toBeNull();
  });

  test('is ongoing after a day and told once a day from then on', () => {
    const { events } = live(times(3 * 24 * 12 + 1, fires()), 5);
    const hours = events.map(({ kind, atMs }) => [kind, (atMs - startMs) / hourMs]);
    expect(hours).toEqual([
      ['opened', 0],
      ['ongoing', 24],
      ['reminded', 48],
      ['reminded', 72],
    ]);
  });

  test('is not moved by a look at the past', () => {
    const { alert } = live([fires(), fires()]);
    expect(advance(alert, quiet, null, startMs, defaultAlertRules)).toEqual({ alert, event: null });
  });

  test('has the same name whoever computes it', () => {
    expect(live([fires()]).alert?.id).toBe('["spike","e","agent","agent|a"]@2026-03-02T00:00:00.000Z');
  });
});

describe('what an alert keeps out of the history', () => {
  test('is its time from its first window on', () => {
    const window = { fromMs: startMs, toMs: startMs + minuteMs };
    const later: Sign = { kind: 'fires', finding: { ...finding, window }, measure: 30, tools: [] };
    const { alert } = live([fires(), later, ...times(60, quiet)]);
    expect(alert && maskOf(alert, defaultAlertRules)).toEqual({ fromMs: startMs - hourMs, toMs: startMs + minuteMs });
  });

  test('is nothing of what lasted long enough to be normal', () => {
    const { alert } = live([...times(26 * 12, fires()), ...times(13, quiet)], 5);
    expect(alert?.status).toBe('resolved');
    expect((alert?.lastSignMs ?? 0) - startMs).toBeGreaterThan(dayMs);
    expect(alert && maskOf(alert, defaultAlertRules)).toBeNull();
  });
});
