import { type AlertTransition, dayMs, hourMs, minuteMs, secondMs } from '@custody/decision';
import { describe, expect, test } from 'vitest';
import { alertTransition } from '../../../test/kit/alert-transition.ts';
import { SeededRandom } from '../../../test/kit/seeded-random.ts';
import type { Channel } from '../src/delivery/channel.ts';
import type { SendOutcome } from '../src/delivery/send.ts';
import { alertmanagerChannel, pagerdutyChannel, slackChannel } from './kit/channels.ts';
import { delivered, failed, outboxWorld, startMs, told } from './kit/outbox-world.ts';

const oncall = slackChannel('https://hooks.slack.com/services/T0/B0/X');
const soc = { ...oncall, name: 'soc' };
const channels = ['oncall'];
const opened = alertTransition({ channels });
const escalated = alertTransition({ channels, sequence: 2, kind: 'escalated' });
const resolved = alertTransition({ channels, sequence: 3, kind: 'resolved', status: 'resolved' });
const life = [opened, escalated, resolved];
const hang = () => new Promise<SendOutcome>(() => undefined);

describe('order', () => {
  test('an alert’s transitions go one after the other, each recorded before the next is sent', async () => {
    const world = outboxWorld([oncall]);
    world.record = async (record) => {
      expect(world.sent).toHaveLength(world.records.length + 1);
      world.records.push(record);
    };
    const { stop } = world.begin(life);
    await world.clock.advance(0);
    expect(told(world.sent)).toEqual(['oncall opened', 'oncall escalated', 'oncall resolved']);
    expect(world.records).toMatchObject([
      { transitionId: opened.transitionId, outcome: 'delivered', attempts: 1, status: 200, channelKind: 'slack' },
      { transitionId: escalated.transitionId },
      { transitionId: resolved.transitionId, host: 'hooks.slack.com' },
    ]);
    await stop();
  });

  test('while an opening fails its resolution waits; another alert does not', async () => {
    let isDown = true;
    const world = outboxWorld([oncall], ({ transition }) =>
      isDown && transition.alertId === opened.alertId ? failed('DELIVERY_UNAVAILABLE') : delivered,
    );
    const other = alertTransition({ channels, alert: 'another' });
    const { stop } = world.begin([opened, resolved, other]);
    await world.clock.advance(30 * secondMs);
    expect(world.records.map(({ alertId }) => alertId)).toEqual([other.alertId]);
    isDown = false;
    await world.clock.advance(5 * minuteMs);
    expect(told(world.sent).slice(-2)).toEqual(['oncall opened', 'oncall resolved']);
    await stop();
  });

  test('an opening that is dead holds its resolution up no longer', async () => {
    const world = outboxWorld([oncall], ({ transition: { kind } }) =>
      kind === 'opened' ? failed('DELIVERY_REJECTED') : delivered,
    );
    const { outbox, stop } = world.begin([opened, resolved]);
    await world.clock.advance(0);
    expect(world.records.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['dead', 'DELIVERY_REJECTED'],
      ['delivered', ''],
    ]);
    expect(outbox.dead()).toMatchObject([{ transition: { kind: 'opened' } }]);
    await stop();
  });
});

describe('channels do not wait for one another', () => {
  test('one that hangs holds up no other, and no more than four of its own are under way', async () => {
    const world = outboxWorld([oncall, soc], ({ channel }) => (channel === 'oncall' ? hang() : delivered));
    const alerts = Array.from({ length: 20 }, (_, index) =>
      alertTransition({ alert: `alert ${index}`, channels: ['oncall', 'soc'] }),
    );
    const { stop } = world.begin(alerts);
    await world.clock.advance(0);
    const ofChannel = (name: string) => world.sent.filter(({ channel }) => channel === name).length;
    expect([ofChannel('oncall'), ofChannel('soc')]).toEqual([4, 20]);
    expect(world.records).toHaveLength(20);
    await stop();
  });
});

describe('trying again', () => {
  const attemptsAfter = (sent: readonly { readonly atMs: number }[]) =>
    sent.map(({ atMs }) => (atMs - startMs) / secondMs);

  test('with pauses that double up to five minutes', async () => {
    const world = outboxWorld([oncall], () => failed('DELIVERY_UNAVAILABLE'));
    const { stop } = world.begin([opened]);
    await world.clock.advance(20 * minuteMs);
    expect(attemptsAfter(world.sent)).toEqual([0, 5, 15, 35, 75, 155, 315, 615, 915]);
    await stop();
  });

  test('not before the receiver wants it, whatever the alert', async () => {
    const world = outboxWorld([oncall], () => failed('DELIVERY_THROTTLED', 2 * minuteMs));
    const { outbox, stop } = world.begin([opened]);
    await world.clock.advance(minuteMs);
    outbox.accept(alertTransition({ channels, alert: 'another' }));
    await world.clock.advance(59 * secondMs);
    expect(attemptsAfter(world.sent)).toEqual([0]);
    await world.clock.advance(secondMs);
    expect(attemptsAfter(world.sent)).toEqual([0, 120, 120]);
    await stop();
  });

  test('for a day; then it is a dead letter', async () => {
    const world = outboxWorld([oncall], () => failed('DELIVERY_TIMED_OUT'));
    const { stop } = world.begin([{ ...opened, decidedAtMs: startMs }]);
    await world.clock.advance(dayMs - 5 * minuteMs);
    expect(world.records).toEqual([]);
    await world.clock.advance(10 * minuteMs);
    expect(world.records).toMatchObject([{ outcome: 'dead', code: 'DELIVERY_TIMED_OUT', detail: 'it said no' }]);
    await stop();
  });

  test('three times at least, however old it is when somebody runs again', async () => {
    const world = outboxWorld([oncall], () => failed('DELIVERY_TIMED_OUT'));
    const { stop } = world.begin([{ ...opened, decidedAtMs: startMs - 2 * dayMs }]);
    await world.clock.advance(hourMs);
    expect(world.records).toMatchObject([{ outcome: 'dead', attempts: 3 }]);
    await stop();
  });

  test('one at a time while the receiver is down, and all that waits as soon as it is back', async () => {
    let isDown = true;
    let together = 0;
    let most = 0;
    const world = outboxWorld([oncall], async () => {
      together += 1;
      most = Math.max(most, together);
      await world.clock.sleep(secondMs);
      together -= 1;
      return isDown ? failed('DELIVERY_NOT_CONNECTED') : delivered;
    });
    const alerts = Array.from({ length: 20 }, (_, index) => alertTransition({ alert: `alert ${index}`, channels }));
    const { stop } = world.begin(alerts);
    await world.clock.advance(minuteMs);
    most = 0;
    await world.clock.advance(10 * minuteMs);
    expect(most).toBe(1);
    isDown = false;
    await world.clock.advance(5 * minuteMs + 10 * secondMs);
    expect(world.records).toHaveLength(20);
    await stop();
  });
});

describe('what a channel does not want', () => {
  const skipped = async (channel: Channel, ...transitions: AlertTransition[]) => {
    const world = outboxWorld([channel]);
    const { stop } = world.begin(transitions);
    await world.clock.advance(0);
    await stop();
    return { told: told(world.sent), codes: world.records.map(({ outcome, code }) => code || outcome) };
  };

  test('is recorded as skipped, so that a change of its settings brings nothing old', async () => {
    expect(await skipped({ ...oncall, minSeverity: 'critical' }, { ...opened, severity: 'warning' })).toEqual({
      ...{ told: [], codes: ['below_min_severity'] },
    });
    expect(await skipped({ ...oncall, kinds: ['opened'] }, ...life)).toEqual({
      ...{ told: ['oncall opened'], codes: ['delivered', 'kind_not_wanted', 'kind_not_wanted'] },
    });
  });

  test('is not the end of what it was told, how severe that is by then', async () => {
    const end = { ...resolved, severity: 'info' } as const;
    const critical = { ...oncall, minSeverity: 'critical' } as const;
    expect((await skipped(critical, opened, end)).told).toEqual(['oncall opened', 'oncall resolved']);
    expect((await skipped(critical, { ...opened, severity: 'info' }, end)).told).toEqual([]);
  });

  test('that an alert is part of another closes incidents, and is no news for people', async () => {
    const merged = alertTransition({ channels, sequence: 2, kind: 'merged', status: 'resolved' });
    expect((await skipped(oncall, opened, merged)).told).toEqual(['oncall opened']);
    const pager = pagerdutyChannel('https://events.pagerduty.com/v2/enqueue', 'R0UT1NG');
    expect((await skipped(pager, opened, merged)).told).toEqual(['oncall opened', 'oncall merged']);
  });

  test('that one which is over was more is told to people who knew of it, and neither opens nor ends an incident', async () => {
    const changed = alertTransition({ channels, sequence: 4, kind: 'changed', status: 'resolved' });
    expect((await skipped(oncall, opened, resolved, changed)).told).toEqual([
      'oncall opened',
      'oncall resolved',
      'oncall changed',
    ]);
    expect((await skipped(oncall, changed)).told).toEqual([]);
    const pager = pagerdutyChannel('https://events.pagerduty.com/v2/enqueue', 'R0UT1NG');
    expect(await skipped(pager, opened, resolved, changed)).toEqual({
      ...{ told: ['oncall opened', 'oncall resolved'], codes: ['delivered', 'delivered', 'over'] },
    });
  });

  test('what comes for a channel that is gone is a dead letter, with its remedy in the log', async () => {
    const world = outboxWorld([]);
    const { stop } = world.begin([opened]);
    await world.clock.advance(0);
    expect(world.records).toMatchObject([{ outcome: 'dead', code: 'DELIVERY_CHANNEL_GONE', attempts: 0 }]);
    expect(world.lines.join()).toContain('DELIVERY_CHANNEL_GONE');
    await stop();
  });
});

describe('dead letters', () => {
  test('one that is asked for again is sent again under the same id', async () => {
    let isDown = true;
    const world = outboxWorld([oncall], () => (isDown ? failed('DELIVERY_REJECTED') : delivered));
    const { outbox, stop } = world.begin([opened]);
    await world.clock.advance(0);
    isDown = false;
    const [dead] = outbox.dead();
    if (dead === undefined) throw new Error('nothing died');
    outbox.note({ ...dead.record, outcome: 'requeued', actor: 'alice', atMs: world.clock.now() });
    await world.clock.advance(0);
    expect(outbox.dead()).toEqual([]);
    expect(world.sent.map(({ transition }) => transition.transitionId)).toEqual([
      opened.transitionId,
      opened.transitionId,
    ]);
    await stop();
  });

  test('an opening that is asked for again after the end opens no incident that nobody closes', async () => {
    const pager = pagerdutyChannel('https://events.pagerduty.com/v2/enqueue', 'R0UT1NG');
    const world = outboxWorld([pager], ({ transition }) =>
      transition.kind === 'opened' ? failed('DELIVERY_REJECTED') : delivered,
    );
    const { outbox, stop } = world.begin([opened, resolved]);
    await world.clock.advance(0);
    outbox.note({ ...(world.records[0] as (typeof world.records)[0]), outcome: 'requeued' });
    await world.clock.advance(0);
    expect(told(world.sent)).toEqual(['oncall opened', 'oncall resolved']);
    expect(world.records.at(-1)).toMatchObject({ outcome: 'skipped', code: 'superseded' });
    await stop();
  });
});

describe('an Alertmanager is told again what stands', () => {
  const am = alertmanagerChannel('https://am.example.com');

  test('every minute, unrecorded, until it is over; also by whoever leads next', async () => {
    const world = outboxWorld([am]);
    const first = world.begin([opened]);
    await world.clock.advance(3 * minuteMs);
    expect(told(world.sent)).toEqual(Array(4).fill('oncall opened'));
    expect(world.records).toHaveLength(1);
    await first.stop();
    const second = world.begin([opened]);
    await world.clock.advance(0);
    expect(world.sent).toHaveLength(5);
    second.outbox.accept({ ...resolved, sequence: 2 });
    await world.clock.advance(10 * minuteMs);
    expect(told(world.sent).slice(5)).toEqual(['oncall resolved']);
    expect(world.sent.at(-1)?.previous).toMatchObject({ kind: 'opened' });
    await second.stop();
  });

  test('its end waits for a repetition that is under way, which would open it again', async () => {
    let release: () => void = () => undefined;
    let calls = 0;
    const world = outboxWorld([am], () => {
      calls += 1;
      if (calls !== 2) return delivered;
      return new Promise((resolve) => {
        release = () => resolve(delivered);
      });
    });
    const { outbox, stop } = world.begin([opened]);
    await world.clock.advance(minuteMs);
    outbox.accept({ ...resolved, sequence: 2 });
    await world.clock.advance(secondMs);
    expect(told(world.sent)).toEqual(['oncall opened', 'oncall opened']);
    release();
    await world.clock.advance(0);
    expect(told(world.sent).at(-1)).toBe('oncall resolved');
    await stop();
  });
});

describe('failures are visible', () => {
  test('said once as they begin and as they end, and on the metrics all the time', async () => {
    let isDown = true;
    const world = outboxWorld([oncall, soc], ({ channel }) =>
      isDown && channel === 'oncall' ? failed('DELIVERY_UNAVAILABLE') : delivered,
    );
    const { outbox, stop } = world.begin([opened, resolved].map((it) => ({ ...it, decidedAtMs: startMs })));
    await world.clock.advance(minuteMs);
    expect(outbox.health()).toEqual([
      { channel: 'oncall', owed: 2, oldestMs: startMs, dead: 0, failures: 4, problem: 'it said no' },
      { channel: 'soc', owed: 0, oldestMs: null, dead: 0, failures: 0, problem: '' },
    ]);
    const metrics = await world.registry.metrics();
    for (const line of [
      'custody_alert_deliveries_owed{channel="oncall"} 2',
      'custody_alert_deliveries_oldest_seconds{channel="oncall"} 60',
      'custody_alert_deliveries_oldest_seconds{channel="soc"} 0',
      'custody_alert_channel_failures{channel="oncall"} 4',
      'custody_alert_delivery_attempts_total{channel="oncall",result="DELIVERY_UNAVAILABLE"} 4',
    ]) {
      expect(metrics).toContain(line);
    }
    isDown = false;
    await world.clock.advance(5 * minuteMs);
    const said = world.lines.map((line) => JSON.parse(line)).map(({ level, msg }) => `${level}: ${msg}`);
    expect(said).toEqual(['warn: it said no', 'info: a channel works again']);
    await stop();
  });

  test('what cannot be recorded ends the delivery with its error, and is sent again by the next', async () => {
    const world = outboxWorld([oncall]);
    const toTopic = world.record;
    world.record = () => Promise.reject(new Error('the topic is gone'));
    const { running } = world.begin([opened]);
    await expect(running).rejects.toThrow('the topic is gone');
    world.record = toTopic;
    const { stop } = world.begin([opened]);
    await world.clock.advance(0);
    expect(world.sent).toHaveLength(2);
    expect(world.records).toHaveLength(1);
    await stop();
  });
});

test.each([1, 2, 3, 4, 5])(
  'whatever fails and whoever crashes, all is delivered in order, at least once (seed %i)',
  async (seed) => {
    const seeded = new SeededRandom(seed);
    const random = () => seeded.next();
    const kinds = ['opened', 'escalated', 'acknowledged', 'resolved'] as const;
    const all = Array.from({ length: 8 }, (_, index) =>
      kinds.map((kind, step) =>
        alertTransition({
          ...{ alert: `${seed} ${index}`, sequence: step + 1, kind, status: kind === 'resolved' ? 'resolved' : 'open' },
          channels: ['oncall', 'soc'],
        }),
      ),
    ).flat();
    const world = outboxWorld([oncall, soc], async () => {
      await world.clock.sleep(random() * 20 * secondMs);
      return random() < 0.4 ? failed('DELIVERY_UNAVAILABLE', random() < 0.2 ? minuteMs : null) : delivered;
    });
    for (let crash = 0; crash < 12; crash += 1) {
      const { stop } = world.begin(all);
      await world.clock.advance(random() * 10 * minuteMs);
      await stop();
    }
    const { outbox, stop } = world.begin(all);
    await world.clock.advance(6 * hourMs);
    expect(outbox.health().map(({ owed, dead }) => [owed, dead])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    for (const { alertId } of all) {
      for (const { name } of world.channels) {
        const sequences = world.sent
          .filter(({ channel, transition }) => channel === name && transition.alertId === alertId)
          .map(({ transition }) => transition.sequence);
        // Repetitions are allowed; something newer before something older is not.
        expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
        expect(new Set(sequences)).toEqual(new Set([1, 2, 3, 4]));
      }
    }
    expect(world.records).toHaveLength(all.length * 2);
    await stop();
  },
);
