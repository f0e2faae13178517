import { setTimeout } from 'node:timers/promises';
import { topics } from '@custody/decision';
import type { Log } from '@custody/log';
import { sendOverHttp } from '../../src/delivery/send-over-http.ts';
import { runAlerter } from '../../src/main.ts';
import { quietEnvironment, scriptedStore, sweeping } from './scripted-look.ts';

const { POINT: point = '', START_MS = '0' } = process.env;
const startMs = Number(START_MS);
const halfMinuteMs = 30_000;

/** As a power cut would end it: nothing of it runs any more. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('it goes on after SIGKILL');
}

const isTold = (key: string, value: Uint8Array | null) => key.startsWith('tick/') && value !== null;

/** Dies before an outcome is put into the topic, or once it is there; not before there is something to tell. */
function dying(log: Log): Log {
  let looks = 0;
  const append: Log['append'] = async (topic, records) => {
    const isOutcome = topic === topics.alerts.name && records.some(({ key, value }) => isTold(key, value));
    looks += isOutcome ? 1 : 0;
    if (isOutcome && looks > 1 && point === 'judged') die();
    await log.append(topic, records);
    if (isOutcome && looks > 1 && point === 'counted') die();
  };
  return new Proxy(log, {
    get(target, name) {
      if (name === 'append') return append;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Every agent is denied on five tools, and from the tenth minute on the first one on many others. */
function environmentAt(atMs: number) {
  const minutes = (atMs - startMs) / 60_000;
  const deniedTools = [
    ...sweeping('agent|one', minutes < 10 ? 5 : 30, minutes < 10 ? 0 : 100),
    ...(minutes < 4 ? [] : sweeping('agent|two', 6, 200)),
  ];
  return quietEnvironment(atMs, { deniedTools });
}

const send = sendOverHttp();
process.exit(
  await runAlerter(process.env, {
    leaderTimeoutMs: 1_500,
    around: { log: dying, store: () => scriptedStore(environmentAt) },
    schedule: {
      start(onTick) {
        // Half a minute of the decisions' time after the other, none left out however slow the machine is; what was judged
        // before is not judged again.
        let isOver = false;
        const run = async () => {
          for (let atMs = startMs; atMs <= startMs + 15 * 60_000 && !isOver; atMs += halfMinuteMs) {
            await setTimeout(5);
            await onTick(atMs);
          }
        };
        void run();
        return () => {
          isOver = true;
        };
      },
    },
    async send(...given) {
      const outcome = await send(...given);
      if (point === 'sent') die();
      return outcome;
    },
  }),
);
