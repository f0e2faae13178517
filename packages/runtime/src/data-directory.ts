import { accessSync, constants, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CustodyError, errorKinds } from './errors.ts';

export const dataDirectoryErrors = errorKinds({
  DATA_DIRECTORY_UNWRITABLE: {
    retriable: false,
    meaning: 'The data directory cannot be created or written.',
    remedy: 'Give this user the right to write there, or choose another directory with CUSTODY_DATA_DIR.',
  },
  DATA_DIRECTORY_OTHER_SOURCE: {
    retriable: false,
    meaning: 'The data directory holds decisions of the other kind of source: demo and real data never meet.',
    remedy: 'Choose another directory with CUSTODY_DATA_DIR, or remove this one if its data is not needed.',
  },
  DATA_DIRECTORY_UNREADABLE: {
    retriable: false,
    meaning: 'The data directory was written by a newer version, or its marker file is damaged.',
    remedy: 'Start the version that wrote it, or choose another directory with CUSTODY_DATA_DIR.',
  },
});

/** Where decisions come from: a real Permit API, or the simulator of the demo. */
export type SourceKind = 'permit' | 'simulator';

const currentFormat = 1;
const marker = z.object({ format: z.number().int(), source: z.enum(['permit', 'simulator']), created_at: z.string() });

/** Paths inside a data directory. */
export interface DataDirectory {
  readonly path: string;
  readonly source: SourceKind;
  /** When it was created, milliseconds since the epoch. */
  readonly createdAtMs: number;
  readonly logPath: string;
  readonly storePath: string;
  readonly secretsPath: string;
  readonly lockPath: string;
}

function createWritable(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CustodyError(
      dataDirectoryErrors.DATA_DIRECTORY_UNWRITABLE,
      `Cannot write to the data directory ${path}.`,
      {
        cause: error,
      },
    );
  }
}

function readMarker(file: string): z.infer<typeof marker> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // What is there and cannot be read must not be taken for a new directory, which any kind of source may claim.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw unreadable(file, error);
  }
  try {
    const parsed = marker.parse(JSON.parse(text));
    if (parsed.format <= currentFormat) return parsed;
  } catch (error) {
    throw unreadable(file, error);
  }
  throw unreadable(file);
}

function unreadable(file: string, cause?: unknown): CustodyError {
  return new CustodyError(dataDirectoryErrors.DATA_DIRECTORY_UNREADABLE, `${file} cannot be understood.`, { cause });
}

/**
 * Opens a directory for one kind of source, creating it where it is missing. The directory remembers its kind for
 * ever; the other kind is refused. Throws `DATA_DIRECTORY_*`.
 */
export function openDataDirectory(path: string, source: SourceKind, nowMs: number): DataDirectory {
  createWritable(path);
  const file = join(path, 'custody.json');
  let found = readMarker(file);
  if (found === null) {
    found = { format: currentFormat, source, created_at: new Date(nowMs).toISOString() };
    // Written beside and renamed: a process killed in between leaves no half of it, which nobody could read.
    writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(found, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  }
  if (found.source !== source) {
    const names = { permit: 'decisions from Permit', simulator: 'the demo’s simulated decisions' };
    throw new CustodyError(
      dataDirectoryErrors.DATA_DIRECTORY_OTHER_SOURCE,
      `${path} holds ${names[found.source]}, and this start would read ${names[source]}.`,
    );
  }
  return {
    path,
    source,
    createdAtMs: Date.parse(found.created_at),
    logPath: join(path, 'log'),
    storePath: join(path, 'store'),
    secretsPath: join(path, 'secrets.json'),
    lockPath: join(path, 'lock'),
  };
}
