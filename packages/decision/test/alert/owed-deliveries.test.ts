import { describe, expect, test } from 'vitest';
import { alertTransition } from '../../../../test/kit/alert-transition.ts';
import {
  type AlertTransition,
  type DeliveryRecord,
  deliveryRecord,
  OwedDeliveries,
  alertTransition as transitionSchema,
} from '../../src/index.ts';

const opened = alertTransition({ channels: ['oncall', 'soc'] });
const escalated = alertTransition({ sequence: 2, kind: 'escalated', channels: ['oncall', 'soc'] });
const resolved = alertTransition({ sequence: 3, kind: 'resolved', status: 'resolved', channels: ['oncall', 'soc'] });

function became(outcome: DeliveryRecord['outcome'], transition: AlertTransition, channel = 'oncall'): DeliveryRecord {
  const { transitionId, alertId } = transition;
  const others = { channelKind: 'slack', host: 'hooks.slack.com', status: null, code: '', detail: '', actor: '' };
  return { transitionId, alertId, channel, outcome, atMs: 5, attempts: 1, ...others };
}

function fold(...values: readonly (AlertTransition | DeliveryRecord)[]): OwedDeliveries {
  const deliveries = new OwedDeliveries();
  for (const value of values) {
    if ('outcome' in value) deliveries.note(value);
    else deliveries.accept(value);
  }
  return deliveries;
}

function owedBy(deliveries: OwedDeliveries): string[] {
  return deliveries.owed().map(({ transition, channel }) => `${channel} ${transition.kind}`);
}

test('what tests fold is what the topic holds', () => {
  expect(transitionSchema.parse(opened)).toEqual(opened);
  expect(deliveryRecord.parse(became('dead', opened))).toEqual(became('dead', opened));
});

describe('owed is what was accepted, times the channels, less what is settled', () => {
  test('each channel is owed each transition, in their order', () => {
    const deliveries = fold(opened, escalated, became('delivered', opened));
    expect(owedBy(deliveries)).toEqual(['soc opened', 'oncall escalated', 'soc escalated']);
  });

  test('delivered, dead and not wanted are settled; dead is listed', () => {
    const settled = [became('delivered', opened), became('skipped', opened, 'soc'), became('dead', escalated)];
    const deliveries = fold(opened, escalated, ...settled);
    expect(owedBy(deliveries)).toEqual(['soc escalated']);
    expect(deliveries.dead().map(({ transition, record }) => [transition.kind, record.channel])).toEqual([
      ['escalated', 'oncall'],
    ]);
  });

  test('a dead letter that somebody asks for again is owed again, from then on', () => {
    const deliveries = fold(opened, became('dead', opened), became('requeued', opened));
    expect(deliveries.dead()).toEqual([]);
    expect(deliveries.owed()[0]).toMatchObject({ channel: 'oncall', sinceMs: 5 });
    deliveries.note(became('delivered', opened));
    expect(owedBy(deliveries)).toEqual(['soc opened']);
  });

  test('that somebody asked for it again is enough to know', () => {
    const deliveries = fold(opened, became('requeued', opened));
    expect(deliveries.owed().map(({ channel, sinceMs }) => [channel, sinceMs])).toEqual([
      ['oncall', 5],
      ['soc', opened.decidedAtMs],
    ]);
  });

  test('what is next of an alert and channel comes before what follows, also when it is asked for again', () => {
    const deliveries = fold(opened, escalated, became('dead', opened), became('requeued', opened));
    expect(
      deliveries
        .heads()
        .map(({ transition, channel }) => `${channel} ${transition.kind}`)
        .sort(),
    ).toEqual(['oncall opened', 'soc opened']);
  });

  test('what is owed, dead or the last that a channel knows is needed; the rest may be forgotten', () => {
    const alone = [opened, escalated, resolved].map((it) => ({ ...it, channels: ['oncall'] }));
    const needed = (...records: DeliveryRecord[]) => {
      const deliveries = fold(...alone, ...records);
      return alone.filter((it) => deliveries.needs(it)).map(({ kind }) => kind);
    };
    expect(needed()).toEqual(['opened', 'escalated', 'resolved']);
    expect(needed(became('delivered', opened))).toEqual(['opened', 'escalated', 'resolved']);
    expect(needed(became('delivered', opened), became('delivered', escalated))).toEqual(['escalated', 'resolved']);
    const all = [became('dead', opened), became('delivered', escalated), became('delivered', resolved)];
    expect(needed(...all)).toEqual(['opened']);
  });

  test('repetitions and records of what nobody was owed change nothing', () => {
    const deliveries = fold(became('delivered', escalated), opened, became('requeued', resolved), opened);
    expect(owedBy(deliveries)).toEqual(['oncall opened', 'soc opened']);
    expect(owedBy(fold(opened, became('delivered', opened), opened))).toEqual(['soc opened']);
  });

  test('what nobody is told of is owed to nobody', () => {
    const confirmed = alertTransition({ sequence: 2, kind: 'confirmed', channels: ['oncall'] });
    expect(owedBy(fold(alertTransition({ channels: [] }), confirmed))).toEqual([]);
  });
});

describe('a silence keeps from being told what begins, and not the end of what was told', () => {
  const silencedBy = ['maintenance'];

  test('an opening that is silenced is told to nobody, and neither is its end', () => {
    expect(owedBy(fold({ ...opened, silencedBy }, { ...resolved, silencedBy }))).toEqual([]);
    expect(owedBy(fold({ ...opened, silencedBy }, resolved))).toEqual([]);
  });

  test('the end of what was told is told in spite of a silence', () => {
    const deliveries = fold(opened, { ...escalated, silencedBy }, { ...resolved, silencedBy });
    expect(owedBy(deliveries)).toEqual(['oncall opened', 'soc opened', 'oncall resolved', 'soc resolved']);
  });

  test('what is told once the silence is over has its end told', () => {
    const deliveries = fold({ ...opened, silencedBy }, escalated, { ...resolved, silencedBy });
    expect(owedBy(deliveries)).toEqual(['oncall escalated', 'soc escalated', 'oncall resolved', 'soc resolved']);
  });

  test('an end whose beginning nobody remembers is told', () => {
    expect(owedBy(fold(resolved))).toEqual(['oncall resolved', 'soc resolved']);
  });

  test('an alert that became part of another ends where it was told, and only there', () => {
    const merged = alertTransition({ sequence: 2, kind: 'merged', status: 'resolved', channels: ['oncall'] });
    expect(owedBy(fold(opened, merged))).toContain('oncall merged');
    expect(owedBy(fold(merged))).toEqual([]);
  });
});

describe('what stands is what a channel was told last of an alert that is not over', () => {
  const oncall = { channels: ['oncall'] };
  const standing = (...values: readonly (AlertTransition | DeliveryRecord)[]) =>
    fold(...values)
      .standing()
      .map(({ transition }) => transition.kind);

  test('it follows what was delivered, and ends with the alert', () => {
    const [first, second, last] = [opened, escalated, resolved].map((it) => ({ ...it, ...oncall })) as [
      AlertTransition,
      AlertTransition,
      AlertTransition,
    ];
    expect(standing(first)).toEqual([]);
    expect(standing(first, became('delivered', first))).toEqual(['opened']);
    const grown = [first, second, became('delivered', first), became('delivered', second)];
    expect(standing(...grown)).toEqual(['escalated']);
    expect(standing(...grown, last)).toEqual(['escalated']);
    for (const outcome of ['delivered', 'dead', 'skipped'] as const) {
      expect(standing(...grown, last, became(outcome, last))).toEqual([]);
    }
  });

  test('an older transition that was sent again late does not replace what was told since', () => {
    const again = [became('dead', opened), became('delivered', escalated), became('requeued', opened)];
    const deliveries = fold(opened, escalated, ...again, became('delivered', opened));
    expect(deliveries.standing().map((it) => it.transition.kind)).toEqual(['escalated']);
  });
});
