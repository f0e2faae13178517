import { expect, test } from 'vitest';
import { answered } from '../src/kafka/answered.ts';

/** What kafkajs does with the answer that no broker gave. */
function namesOf(metadata: { readonly topics: readonly string[] } | null): readonly string[] {
  return (metadata as { readonly topics: readonly string[] }).topics;
}

test('a question to the metadata that no broker answered is asked again, though kafkajs trips over it', async () => {
  await expect(answered(async () => namesOf(null))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retriable: true });
});

test('an answer is handed on, and so is what kafkajs itself throws', async () => {
  expect(await answered(async () => namesOf({ topics: ['a'] }))).toEqual(['a']);
  const refused = new Error('not authorized');
  await expect(answered(() => Promise.reject(refused))).rejects.toBe(refused);
});
