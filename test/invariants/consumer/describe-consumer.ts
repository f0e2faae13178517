import { afterAll, beforeAll, describe, test } from 'vitest';
import { testVariables } from '../../kit/test-variables.ts';
import type { KafkaCluster } from '../../kit/with-kafka.ts';
import { type Participation, Stage } from '../kit/stage.ts';
import { Trial } from './trial.ts';

const { isLong } = testVariables;
const seed = testVariables.seed ?? Math.floor(Math.random() * 1_000_000);
const size = isLong ? { count: 1_000_000, blocks: 10 } : { count: 10_000, blocks: 1 };
const timeoutMs = isLong ? 5_400_000 : 300_000;

export interface ConsumerTrial {
  /** Absent: the log is embedded. */
  readonly kafka?: () => KafkaCluster;
  readonly participation?: Participation;
}

/**
 * Consumers, the store's engine and the broker in processes of their own, killed at moments and started again, while
 * decisions arrive, twice and late and among garbage.
 */
export function describeConsumer(name: string, { kafka, participation = {} }: ConsumerTrial = {}): void {
  // With a broker that dies too, each of many kills is seconds of two cores: the embedded log meets all of them each time.
  const isShort = kafka !== undefined && !isLong;
  describe(name, () => {
    let stage: Stage;

    beforeAll(async () => {
      stage = await Stage.open(kafka?.().bootstrap ?? null);
    });
    afterAll(() => stage?.close());

    test('loses and doubles nothing, whatever is killed, repeated or late', { timeout: timeoutMs }, async () => {
      const startedAtMs = Date.now();
      try {
        const told = await new Trial(stage, { seed, ...size, isShort, kafka: kafka?.() ?? null, participation }).run();
        process.stderr.write(`${name} survived in ${Math.round((Date.now() - startedAtMs) / 1_000)} s: ${told}\n`);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : cause;
        throw new Error(`CUSTODY_TEST_SEED=${seed} does it again. ${reason}`, { cause });
      }
    });
  });
}
