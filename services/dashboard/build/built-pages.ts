import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { outputFolder } from './folders.ts';
import { sourceDigest } from './source-digest.ts';

/** Where the built files are, or why there are none. */
export type BuiltPages = { readonly folder: string } | { readonly missing: string };

/**
 * The folder of files built from the sources as they are now; where there is none, they are built, which takes some
 * seconds. That is done in a process of its own, since whoever serves needs neither the bundler nor its memory. Where it
 * cannot be done (an installation without the tools, or one that cannot be written to), the result says so.
 */
export async function builtPages(): Promise<BuiltPages> {
  const folder = join(outputFolder, sourceDigest());
  if (existsSync(folder)) return { folder };
  try {
    await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'build.ts')], { timeout: 120_000 });
    return { folder };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
