import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@custody/log';
import type { MadeRecord } from './records.ts';

const giveUpMs = 120_000;

/**
 * At least once: a poller that does not know whether the log took its records hands them on again. Resolves with how often
 * it did so.
 */
export async function appendSurely(
  log: Pick<Log, 'append'>,
  topic: string,
  records: readonly MadeRecord[],
): Promise<number> {
  const giveUpAtMs = Date.now() + giveUpMs;
  for (let tries = 0; ; tries += 1) {
    try {
      await log.append(topic, records);
      return tries;
    } catch (error) {
      if (Date.now() > giveUpAtMs) throw error;
      await delay(200);
    }
  }
}
