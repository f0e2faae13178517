import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longestFiles } from '../kit/longest-first-sequencer.ts';

test('the files that a run begins with are there', () => {
  const root = join(import.meta.dirname, '..', '..');
  expect(longestFiles.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
