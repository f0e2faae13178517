import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { compressFiles } from './compress.ts';
import { outputFolder, sourceFolder } from './folders.ts';
import { sourceDigest } from './source-digest.ts';

/**
 * Builds the page's files from the sources as they are, unless that was done. Several may do it at once: each builds in a
 * folder of its own, and the first one to be done gives its folder the name. Resolves with that folder.
 */
async function buildPages(): Promise<string> {
  const folder = join(outputFolder, sourceDigest());
  if (existsSync(folder)) return folder;
  const own = join(outputFolder, `.being-built-${process.pid}`);
  try {
    await build({
      root: sourceFolder,
      configFile: join(sourceFolder, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: own, emptyOutDir: true },
    });
    compressFiles(own);
    renameSync(own, folder);
  } catch (error) {
    // Somebody else was faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  // Whoever serves has read its files already.
  for (const name of readdirSync(outputFolder)) {
    const isOld = join(outputFolder, name) !== folder && !name.startsWith('.being-built-');
    if (isOld) rmSync(join(outputFolder, name), { recursive: true, force: true });
  }
  return folder;
}

if (import.meta.main) process.stdout.write(`${await buildPages()}\n`);
