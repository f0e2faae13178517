import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainDenial, levelsSentence, remedy, type StoredCall, weighLevels } from '../../src/index.ts';
import { deniedCall } from './stored-call.ts';

interface Example {
  readonly call: Partial<StoredCall>;
  readonly sentence?: string;
  readonly trust?: string;
  readonly remedies: readonly { readonly code: string }[];
}

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'denials.md'), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match): Example => JSON.parse(match[1] ?? ''));

test('the page has an example of every remedy', () => {
  const shown = new Set(examples.flatMap(({ remedies }) => remedies.map(({ code }) => code)));
  expect([...shown].sort()).toEqual(remedy.options.map(({ shape }) => shape.code.value).sort());
});

test.each(examples)('$call', ({ call, sentence, trust, remedies }) => {
  const denied = deniedCall(call);
  const found = explainDenial(denied);
  expect(found).toMatchObject({ remedies, ...(sentence === undefined ? {} : { sentence }) });
  if (trust !== undefined) expect(levelsSentence(weighLevels(denied))).toBe(trust);
});
