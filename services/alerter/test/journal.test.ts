import { randomUUID } from 'node:crypto';
import { type AlertTransition, type DeliveryRecord, OwedDeliveries, type TickRecord, topics } from '@custody/decision';
import { type Log, openLmdbLog } from '@custody/log';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { alertTransition } from '../../../test/kit/alert-transition.ts';
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts';
import { Journal } from '../src/journal/journal.ts';
import { keptTicks } from '../src/journal/kept-ticks.ts';
import { decodeTick } from '../src/journal/tick-codec.ts';

type TopicAccess = Pick<Log, 'append' | 'follow'>;

const never = new AbortController().signal;
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { interval: 1 });

/** One alerter, as far as the topic sees it: what it opens is the next number, under an id that nobody else would choose. */
class Writer {
  readonly #log: TopicAccess;
  readonly #sent: (number: number, id: string) => void;
  #owed = new OwedDeliveries();
  #copied = new Set<string>();
  journal!: Journal;
  base: TickRecord | null = null;

  constructor(log: TopicAccess, sent: (number: number, id: string) => void) {
    this.#log = log;
    this.#sent = sent;
  }

  async start(): Promise<void> {
    const owed = new OwedDeliveries();
    this.#owed = owed;
    this.#copied = new Set();
    this.journal = await Journal.open(
      {
        log: this.#log,
        onNews: (news) => {
          if (news.kind === 'accepted') for (const { transition } of news.tick.transitions) owed.accept(transition);
          if (news.kind === 'delivery') owed.note(news.record);
        },
      },
      never,
    );
    this.base = this.journal.head;
  }

  async crash(): Promise<void> {
    await this.journal.close();
    await this.start();
  }

  /** Looks at what there is; what it comes to is proposed later, when that may have changed. */
  begin(): void {
    this.base = this.journal.head;
  }

  async propose(signal = never): Promise<boolean | null> {
    const { base, journal } = this;
    const number = base === null ? 1 : Number(base.state) + 1;
    const transition = alertTransition({ transitionId: randomUUID(), sequence: number });
    const needed = new Set(this.#owed.owed().map((it) => it.transition.transitionId));
    const isNeeded = ({ transitionId }: AlertTransition) => needed.has(transitionId);
    const kept = keptTicks(journal.accepted(), isNeeded, ({ id }) => this.#copied.has(id));
    const outcome = { tickMs: number, decidedAtMs: number, looks: [], kept, state: number };
    const result = await journal
      .propose(base, { ...outcome, transitions: [{ transition, lookId: null }] }, signal)
      .catch(() => null);
    if (result === true) await journal.clean();
    return result;
  }

  copy(): void {
    for (const { id } of this.journal.accepted()) this.#copied.add(id);
  }

  /** Sends what is owed; a crash may come before it is noted. */
  async send(isNoted: boolean): Promise<void> {
    for (const { transition, channel } of this.#owed.owed()) {
      this.#sent(transition.sequence, transition.transitionId);
      if (!isNoted) return;
      const { transitionId, alertId } = transition;
      const record: DeliveryRecord = {
        ...{ transitionId, alertId, channel, channelKind: 'webhook', host: 'x', outcome: 'delivered', atMs: 1 },
        ...{ attempts: 1, status: 200, code: '', detail: '', actor: '' },
      };
      await this.journal.note(record);
    }
  }

  owes(): number {
    return this.#owed.owed().length;
  }
}

const writer = fc.nat({ max: 1 });
const step = fc.oneof(
  fc.record({ do: fc.constant('begin' as const), writer }),
  fc.record({ do: fc.constant('propose' as const), writer }),
  fc.record({ do: fc.constant('cut' as const), writer }),
  fc.record({ do: fc.constant('crash' as const), writer }),
  fc.record({ do: fc.constant('copy' as const), writer }),
  fc.record({ do: fc.constant('send' as const), writer }),
  fc.record({ do: fc.constant('send and crash' as const), writer }),
);

/** The topic as nobody ever deletes of it, and the rule as it is said. */
class Witness {
  readonly log: TopicAccess;
  readonly accepted: TickRecord[] = [];
  readonly #inner: Log;

  constructor(inner: Log) {
    this.#inner = inner;
    this.log = { append: this.#append.bind(this), follow: (options) => inner.follow(options) };
  }

  async #append(...[topic, records]: Parameters<Log['append']>): Promise<void> {
    await this.#inner.append(topic, records);
    for (const { key, value } of records) {
      if (!key.startsWith('tick/') || value === null) continue;
      const tick = decodeTick(key, value);
      if (tick.base === (this.accepted.at(-1)?.id ?? '')) this.accepted.push(tick);
    }
  }
}

test('whatever two alerters do, and whenever they die, each transition has one id and none that is owed is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
      using directory = temporaryDirectory();
      const inner = await openLmdbLog({ directory: directory.path });
      await inner.ensureTopics([topics.alerts]);
      const witness = new Witness(inner);
      const sent = new Map<number, Set<string>>();
      const note = (number: number, id: string) => sent.set(number, (sent.get(number) ?? new Set()).add(id));
      const writers = [new Writer(witness.log, note), new Writer(witness.log, note)] as const;
      for (const one of writers) await one.start();
      const head = () => witness.accepted.at(-1)?.id;
      for (const { do: what, writer: index } of steps) {
        const one = writers[index] as Writer;
        const known = witness.accepted.length;
        if (what === 'begin') one.begin();
        if (what === 'propose') expect(await one.propose()).toBe(witness.accepted.length > known);
        if (what === 'cut') await one.propose(AbortSignal.timeout(0));
        if (what === 'crash' || what === 'cut') await one.crash();
        if (what === 'copy') one.copy();
        if (what === 'send') await one.send(true);
        if (what === 'send and crash') {
          await one.send(false);
          await one.crash();
        }
        for (const it of writers) await until(() => it.journal.head?.id === head());
      }
      // Whoever comes last sends what is left.
      for (const one of writers) await one.journal.close();
      const last = new Writer(witness.log, note);
      await last.start();
      expect(last.journal.head?.id).toBe(head());
      await last.send(true);
      await until(() => last.owes() === 0);
      const numbers = witness.accepted.map((tick) => Number(tick.state));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      const ids = witness.accepted.map((tick) => [...(sent.get(Number(tick.state)) ?? [])]);
      expect(ids).toEqual(
        witness.accepted.map(({ transitions }) => transitions.map((it) => it.transition.transitionId)),
      );
      await last.journal.close();
      await inner.close();
    }),
    { numRuns: 40 },
  );
});

test('what nobody needs any more is deleted, so that a start reads little however long it ran', async () => {
  using directory = temporaryDirectory();
  const log = await openLmdbLog({ directory: directory.path });
  await log.ensureTopics([topics.alerts]);
  const one = new Writer(log, () => undefined);
  await one.start();
  for (let n = 0; n < 50; n += 1) {
    one.begin();
    expect(await one.propose()).toBe(true);
    await one.send(true);
    one.copy();
    await until(() => one.owes() === 0);
  }
  const left = await log.latest(topics.alerts.name);
  expect(left.records.size).toBeLessThan(10);
  await one.crash();
  expect(one.journal.head?.state).toBe(50);
  await one.journal.close();
  await log.close();
});

test('a topic that another version wrote is refused rather than guessed', async () => {
  using directory = temporaryDirectory();
  const log = await openLmdbLog({ directory: directory.path });
  await log.ensureTopics([topics.alerts]);
  await log.append(topics.alerts.name, [{ key: `tick/${randomUUID()}`, value: Buffer.from('{"format":2}') }]);
  await expect(new Writer(log, () => undefined).start()).rejects.toMatchObject({ code: 'ALERTER_JOURNAL_UNREADABLE' });
  await log.close();
});
