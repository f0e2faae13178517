import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A numbered file of `migrations/`. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** Its statements, in order, with their comments. */
  readonly statements: readonly string[];
  readonly checksum: string;
  /** Older code cannot work with the store after it: its header has a line `-- breaking: why`. */
  readonly isBreaking: boolean;
}

export const migrationsPath = join(import.meta.dirname, '..', 'migrations');
const fileName = /^(\d{3})_([a-z0-9_]+)\.sql$/;

/** A statement ends with a semicolon at the end of its line; comments may hold any. */
function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let lines: string[] = [];
  for (const line of sql.split('\n')) {
    lines.push(line);
    const isEnd = /;\s*$/.test(line) && !line.trimStart().startsWith('--');
    if (!isEnd) continue;
    statements.push(lines.join('\n').trim().replace(/;$/, ''));
    lines = [];
  }
  return statements;
}

/** Reads every migration, in order of number. */
export function readMigrations(path: string = migrationsPath): Migration[] {
  return readdirSync(path)
    .sort()
    .flatMap((file) => {
      const [, number, name] = fileName.exec(file) ?? [];
      if (number === undefined || name === undefined) return [];
      const sql = readFileSync(join(path, file), 'utf8');
      return {
        number: Number(number),
        name,
        statements: splitStatements(sql),
        checksum: createHash('sha256').update(sql).digest('hex'),
        isBreaking: /^-- breaking:/m.test(sql),
      };
    });
}
