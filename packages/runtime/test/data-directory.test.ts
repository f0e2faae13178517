import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataDirectoryErrors, isError, lockDirectory, lockErrors, openDataDirectory } from '../src/index.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'custody-data-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('a directory remembers its kind of source, and the other kind is refused', () => {
  const path = join(directory, 'data');
  const first = openDataDirectory(path, 'simulator', 1_000);
  expect(first.createdAtMs).toBe(1_000);
  expect(openDataDirectory(path, 'simulator', 9_000).createdAtMs).toBe(1_000);
  const refused = errorOf(() => openDataDirectory(path, 'permit', 9_000));
  expect(isError(refused, dataDirectoryErrors.DATA_DIRECTORY_OTHER_SOURCE)).toBe(true);
});

test('only the user may read it', () => {
  const { path } = openDataDirectory(join(directory, 'data'), 'permit', 0);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('a marker that is there and cannot be read is no new directory', () => {
  mkdirSync(join(directory, 'custody.json'));
  const refused = errorOf(() => openDataDirectory(directory, 'permit', 0));
  expect(isError(refused, dataDirectoryErrors.DATA_DIRECTORY_UNREADABLE)).toBe(true);
});

test('a path that cannot be a directory is a clear error', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const refused = errorOf(() => openDataDirectory(join(file, 'data'), 'permit', 0));
  expect(isError(refused, dataDirectoryErrors.DATA_DIRECTORY_UNWRITABLE)).toBe(true);
});

test.each(['{', '{"format":99,"source":"permit","created_at":""}'])(
  'a marker that is not understood is refused: %s',
  (text) => {
    writeFileSync(join(directory, 'custody.json'), text);
    const refused = errorOf(() => openDataDirectory(directory, 'permit', 0));
    expect(isError(refused, dataDirectoryErrors.DATA_DIRECTORY_UNREADABLE)).toBe(true);
  },
);

test('two processes cannot hold a directory, and a lock given back can be taken again', () => {
  const lockPath = join(directory, 'lock');
  const release = lockDirectory(lockPath);
  expect(
    isError(
      errorOf(() => lockDirectory(lockPath)),
      lockErrors.DATA_DIRECTORY_IN_USE,
    ),
  ).toBe(true);
  release();
  lockDirectory(lockPath)();
});

test('the lock of a process that was killed is taken over', () => {
  const lockPath = join(directory, 'lock');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(lockPath, `${pid} 12345\n`);
  lockDirectory(lockPath)();
});

test('the lock of an earlier process whose number was given to another is taken over', () => {
  const lockPath = join(directory, 'lock');
  writeFileSync(lockPath, `${process.pid} 1\n`);
  if (process.platform === 'linux') lockDirectory(lockPath)();
  else expect(() => lockDirectory(lockPath)).toThrow();
});
