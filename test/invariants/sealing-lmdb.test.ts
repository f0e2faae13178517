import { afterAll, beforeAll, describe, test } from 'vitest';
import { testVariables } from '../kit/test-variables.ts';
import { Stage } from './kit/stage.ts';
import { runTrial } from './sealing/trial.ts';

/**
 * Sealing, in processes that are killed, over a log and a store that are the real ones. After each step every view is
 * compared, row by row, with an oracle over what the source served.
 */
const { isLong } = testVariables;
const seed = testVariables.seed ?? Math.floor(Math.random() * 1_000_000);
const size = isLong ? { count: 100_000, rounds: 10, isWhole: true } : { count: 3_000, rounds: 1, isWhole: false };
const timeoutMs = isLong ? 3_600_000 : 600_000;

// Where Kafka has to be there, a run is at its budget without this one.
const isAffordable = isLong || !testVariables.required.includes('kafka');

describe.runIf(isAffordable)('sealing on the embedded log', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(null, {
      ...{ CUSTODY_SEAL_SECONDS: '1', CUSTODY_INTERIM_SUMS_SECONDS: '1', CUSTODY_SOURCE_RETENTION_DAYS: '3650' },
    });
  });
  afterAll(() => stage?.close());

  test('says of every hour what the source served, whatever is late, repeated, corrected, lost or killed', {
    timeout: timeoutMs,
  }, async () => {
    const startedAtMs = Date.now();
    try {
      const told = await runTrial(stage, { seed, ...size });
      process.stderr.write(`sealing survived in ${Math.round((Date.now() - startedAtMs) / 1_000)} s: ${told}\n`);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : cause;
      throw new Error(`CUSTODY_TEST_SEED=${seed} does it again. ${reason}`, { cause });
    }
  });
});
