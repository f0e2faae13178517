import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The test files that put other modules in the place of ours, which a file after them must not meet. */
export function mockingFiles(root: string, patterns: readonly string[]): string[] {
  const exclude = ['**/node_modules/**'];
  return globSync([...patterns], { cwd: root, exclude }).filter((file) =>
    /\bvi\.(do)?mock\(/i.test(readFileSync(join(root, file), 'utf8')),
  );
}
