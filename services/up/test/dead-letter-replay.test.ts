import { type Decision, deadLettered, type Outcome } from '@custody/decision';
import { systemClock } from '@custody/runtime';
import { beforeEach, expect, test, vi } from 'vitest';
import { makeEntries } from '../../consumer/test/kit/entries.ts';
import { useStage } from '../../consumer/test/kit/stage.ts';
import { deadTopic, decisionsTopic, lagOf, readAll, recordOf } from '../../consumer/test/kit/topic-log.ts';
import { until } from '../../consumer/test/kit/until.ts';
import { DeadLetterView } from '../src/dead-letters/dead-letter-view.ts';
import { runReplay } from '../src/dead-letters/replay.ts';
import { selectionOf } from '../src/dead-letters/selection.ts';

/** A version of the contract with a fault in it: entries that name the tool `tool_3` are refused. */
const version = vi.hoisted(() => ({ isMended: false }));
vi.mock(import('@custody/decision'), async (importOriginal) => {
  const real = await importOriginal();
  return {
    ...real,
    parseEntry(bytes: Uint8Array): Outcome<Decision> {
      const isHit = !version.isMended && new TextDecoder().decode(bytes).includes('"tool_3"');
      return isHit ? deadLettered('invalid_field', 'action: tool_3 is not understood') : real.parseEntry(bytes);
    },
  };
});

const stage = useStage();
beforeEach(() => {
  version.isMended = false;
});

const handled = () => until('everything is committed', async () => (await lagOf(stage.testLog.log)) === 0);
const replay = (again = false) =>
  runReplay({
    log: stage.testLog.log,
    clock: systemClock,
    selection: selectionOf({ fault: 'invalid_field' }, 0),
    again,
    dryRun: false,
    waitMs: 30_000,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });

test('what a faulty version refused is replayed after the fix and lands once, and not before', async () => {
  const envId = 'env-mended';
  const entries = makeEntries(90, 81);
  const hit = entries.filter(({ expected }) => expected.tool === 'tool_3');
  const { log } = stage.testLog;
  await log.append(
    decisionsTopic,
    entries.map((entry) => recordOf(entry, envId)),
  );
  stage.consume();
  await handled();
  expect(await stage.store.counts(envId)).toEqual({ rows: 80, ids: 80 });

  expect(await replay()).toMatchObject({
    outcome: 'handled',
    replayed: hit.length,
    stored: 0,
    failed_again: hit.length,
  });
  const view = await DeadLetterView.open(log);
  const origins = new Set((await readAll(log, deadTopic)).map(({ headers }) => headers['custody-origin']));
  expect(origins.size).toBe(hit.length);
  expect(view.letters().map(({ attempt, state }) => `${attempt} ${state}`)).toEqual(hit.map(() => '2 dead'));

  version.isMended = true;
  expect(await replay()).toMatchObject({
    outcome: 'handled',
    replayed: hit.length,
    stored: hit.length,
    failed_again: 0,
  });
  expect(await replay()).toMatchObject({ outcome: 'handled', letters: 0 });
  expect(await replay(true)).toMatchObject({ replayed: hit.length, stored: hit.length });
  await handled();
  await until('every letter is known to be mended', () => view.letters().every(({ state }) => state === 'stored'));
  await view.stop();
  expect(await stage.store.counts(envId)).toEqual({ rows: 90, ids: 90 });
  const rows = await stage.store.rows(envId);
  const bytes = await stage.store.entryBytes(envId);
  for (const { expected, bytes: given } of hit) {
    expect(rows.get(expected.decision_id)).toMatchObject(expected);
    expect(bytes.get(expected.decision_id)).toBe(new TextDecoder().decode(given));
  }
});
