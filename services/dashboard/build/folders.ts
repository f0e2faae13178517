import { join } from 'node:path';

/** Of the package's sources. */
export const sourceFolder = join(import.meta.dirname, '..');

/** Holds one folder of built files for each digest of the sources. */
export const outputFolder = join(sourceFolder, 'dist');
