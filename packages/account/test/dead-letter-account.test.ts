import { expect, test } from 'vitest';
import { DeadLetterAccount } from '../src/index.ts';

const never = new AbortController().signal;
const hour = '2026-10-31T22:00:00.000Z';
const headers = { 'custody-env-id': 'env-1', 'custody-hour': hour };

interface Letter {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array | null;
}

/** A topic of one partition that remembers from where it was read. */
function topicOf(letters: Letter[]) {
  const reads: (readonly number[] | undefined)[] = [];
  return {
    reads,
    follow({ from, onRecords }: Parameters<ConstructorParameters<typeof DeadLetterAccount>[0]['follow']>[0]) {
      reads.push(from);
      const records = letters.map((letter, offset) => ({ ...letter, partition: 0, offset }));
      onRecords(records.slice(from?.[0] ?? 0));
      return { caughtUp: Promise.resolve(), stop: async () => undefined };
    },
  };
}

const letter = (text: string, more: Record<string, string> = {}) => ({
  headers: { ...headers, ...more },
  value: Buffer.from(text),
});
const stored = (origin: string) => ({
  headers: {
    'custody-note': 'stored',
    'custody-noted-at': hour,
    'custody-attempt': '1',
    'custody-origin': origin,
  },
  value: null,
});

test('a further look reads only what came since, and an entry that came again is still one', async () => {
  const letters: Letter[] = [letter('{'), letter('{'), letter('[', { 'custody-origin': 'x/0/7' })];
  const topic = topicOf(letters);
  const account = new DeadLetterAccount(topic);
  await account.catchUp(never);
  expect(account.counts()).toEqual(new Map([[`env-1/${hour}`, 2]]));
  letters.push(letter('{', { 'custody-origin': 'x/0/9' }), stored('x/0/7'));
  await account.catchUp(never);
  expect(account.counts()).toEqual(new Map([[`env-1/${hour}`, 1]]));
  await account.catchUp(never);
  expect(topic.reads).toEqual([undefined, [3], [5]]);
});

test('a detail that was refused hides no decision that is missing', async () => {
  const account = new DeadLetterAccount(topicOf([letter('{', { 'custody-form': 'detailed' })]));
  await account.catchUp(never);
  expect(account.counts()).toEqual(new Map());
});
