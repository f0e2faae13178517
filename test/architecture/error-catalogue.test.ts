import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

interface Kind {
  readonly code: string;
  readonly retriable: boolean;
  readonly meaning: string;
  readonly remedy: string;
}

function isKind(value: unknown): value is Kind {
  return typeof value === 'object' && value !== null && 'code' in value && 'remedy' in value && 'meaning' in value;
}

/** Every kind that a source file declares, with where. */
async function kindsOf(file: string): Promise<{ kind: Kind; owner: string }[]> {
  const module: Record<string, unknown> = await import(join(root, file));
  const owner = file.split('/').slice(0, 2).join('/');
  return Object.values(module)
    .filter((value) => typeof value === 'object' && value !== null)
    .flatMap((value) => Object.values(value as object).filter(isKind))
    .map((kind) => ({ kind, owner }));
}

const files = globSync('{packages,services,infra}/*/src/**/*.ts', { cwd: root }).filter((file) =>
  /= errorKinds\(/.test(readFileSync(join(root, file), 'utf8')),
);

function render(kinds: { kind: Kind; owner: string }[]): string {
  const sections = kinds.map(({ kind, owner }) =>
    [
      `### ${kind.code}`,
      '',
      `${kind.meaning} **What to do:** ${kind.remedy}`,
      '',
      `\`${owner}\`, ${kind.retriable ? 'tried again by itself' : 'not tried again'}.`,
    ].join('\n'),
  );
  const intro =
    'Every error of Custody carries one of these codes, in the log line, in the answer of the API and on the console.\n' +
    'The list is compared with the code by `test/architecture/error-catalogue.test.ts`; `vitest run -u` rewrites it.';
  return `# Errors\n\n${intro}\n\n${sections.join('\n\n')}\n`;
}

test('docs/errors.md lists every error that the code can raise, and each code is declared once', async () => {
  const kinds = (await Promise.all(files.map(kindsOf))).flat();
  const byCode = new Map(kinds.map((entry) => [entry.kind.code, entry]));
  const distinct = new Set(kinds.map(({ kind }) => kind));
  expect(distinct.size).toBe(byCode.size);
  expect(byCode.size).toBeGreaterThan(10);
  const sorted = [...byCode.values()].sort((a, b) => (a.kind.code < b.kind.code ? -1 : 1));
  await expect(render(sorted)).toMatchFileSnapshot(join(root, 'docs', 'errors.md'));
});
