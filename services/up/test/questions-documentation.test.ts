import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answeredDocument } from './documented-commands.ts';
import { type QuestionsService, startQuestions } from './questions-service.ts';

const document = join(import.meta.dirname, '..', '..', '..', 'docs', 'questions.md');
let service: QuestionsService;

beforeAll(async () => {
  service = await startQuestions();
});
afterAll(() => service.stop());

test('every question of the documentation is answered as the documentation says', async () => {
  const text = readFileSync(document, 'utf8');
  const { commands, answered } = await answeredDocument(text, { CUSTODY_URL: service.url });
  expect(commands.length).toBeGreaterThanOrEqual(10);
  await expect(answered).toMatchFileSnapshot(document);
});
