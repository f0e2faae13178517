import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const dashboard = join(import.meta.dirname, '..');
const repository = join(dashboard, '..', '..');

/** Everything that the built files are made of: changed sources are another digest, and so another folder. */
const parts = [
  'services/dashboard/{package.json,index.html,vite.config.ts}',
  'services/dashboard/{src,public,build}/**/*.*',
  'packages/client/{package.json,src/**/*.ts}',
];

/** Names the sources by what is in them; some milliseconds. */
export function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const file of globSync(parts, { cwd: repository }).toSorted()) {
    hash
      .update(`${file.replaceAll('\\', '/')}\0`)
      .update(readFileSync(join(repository, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
