import { vi } from 'vitest';
import { createCommandLine } from '../src/command-line.ts';

/** Runs a command line as it is written: what it asks of the API at the address last, and what it prints. */
export async function runCommand(
  command: string,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly asked: string; readonly printed: string }> {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  let [asked, printed] = ['', ''];
  const { fetch } = globalThis;
  const fetching = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const url = String(input).slice(String(variables.CUSTODY_URL).length);
    asked = `${init?.method ?? 'GET'} ${decodeURIComponent(url.replaceAll('+', ' ')).replace(/\?$/, '')}`;
    return fetch(input, init);
  });
  const writing = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await createCommandLine(variables).parseAsync(['node', 'custody', ...words]);
  } finally {
    fetching.mockRestore();
    writing.mockRestore();
  }
  return { asked, printed: printed.trimEnd() };
}

const block = /```sh\ncustody (.+)\n```\n(?:\n`(?:GET|POST|DELETE) [^`]*`\n\n```text\n[\s\S]*?\n```\n)?/g;

/** A document's commands, and its text with what each one asks and prints now. */
export async function answeredDocument(text: string, variables: Readonly<Record<string, string>>) {
  const commands = [...text.matchAll(block)].map(([, command = '']) => command);
  const answers = new Map<string, string>();
  for (const command of commands) {
    const { asked, printed } = await runCommand(command, variables);
    answers.set(command, `\`\`\`sh\ncustody ${command}\n\`\`\`\n\n\`${asked}\`\n\n\`\`\`text\n${printed}\n\`\`\`\n`);
  }
  return { commands, answered: text.replaceAll(block, (_, command: string) => answers.get(command) ?? '') };
}
