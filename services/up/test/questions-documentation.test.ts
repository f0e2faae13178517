import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createCommandLine } from '../src/command-line.ts';
import { type QuestionsService, startQuestions } from './questions-service.ts';

const document = join(import.meta.dirname, '..', '..', '..', 'docs', 'questions.md');
let service: QuestionsService;

beforeAll(async () => {
  service = await startQuestions();
});
afterAll(() => service.stop());

/** Runs a command of the documentation: what it asks of the API, and what it prints. */
async function run(command: string): Promise<{ asked: string; printed: string }> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  let [asked, printed] = ['', ''];
  const { fetch } = globalThis;
  const fetching = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    asked = decodeURIComponent(String(input).slice(service.url.length).replaceAll('+', ' ')).replace(/\?$/, '');
    return fetch(input, init);
  });
  const writing = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await createCommandLine({ CUSTODY_URL: service.url }).parseAsync(['node', 'custody', ...words]);
  } finally {
    fetching.mockRestore();
    writing.mockRestore();
  }
  return { asked, printed: printed.trimEnd() };
}

const block = /```sh\ncustody (.+)\n```\n(?:\n`GET [^`]*`\n\n```text\n[\s\S]*?\n```\n)?/g;

test('every question of the documentation is answered as the documentation says', async () => {
  const text = readFileSync(document, 'utf8');
  const commands = [...text.matchAll(block)].map(([, command = '']) => command);
  expect(commands.length).toBeGreaterThanOrEqual(10);
  const answers = new Map<string, string>();
  for (const command of commands) {
    const { asked, printed } = await run(command);
    answers.set(
      command,
      `\`\`\`sh\ncustody ${command}\n\`\`\`\n\n\`GET ${asked}\`\n\n\`\`\`text\n${printed}\n\`\`\`\n`,
    );
  }
  const answered = text.replaceAll(block, (_, command: string) => answers.get(command) ?? '');
  await expect(answered).toMatchFileSnapshot(document);
});
