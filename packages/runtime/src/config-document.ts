import { existsSync, readFileSync } from 'node:fs';
import { closestMatch } from 'leven';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { Variables } from './config.ts';

const usualName = 'custody.config.yaml';

/** The file of what variables cannot say: the one that CUSTODY_CONFIG names, or the usual one where it exists. */
export function findConfigFile({ CUSTODY_CONFIG: named }: Variables): string | null {
  if (named?.trim()) return named.trim();
  return existsSync(usualName) ? usualName : null;
}

/** What a file says, not checked yet. */
export interface ConfigDocument {
  /** Undefined where there are faults. */
  readonly value?: unknown;
  /** Without the file's path; none repeats a value. */
  readonly faults: readonly string[];
}

/** Reads a YAML file. Its faults are told by place: the library's own texts repeat lines, and a line may hold a key. */
export function readConfigDocument(path: string): ConfigDocument {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch {
    return { faults: ['cannot be read'] };
  }
  const document = parseDocument(source);
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(({ code, linePos }) => {
        const [{ line, col }] = linePos ?? [{ line: 1, col: 1 }];
        return `line ${line}, column ${col}: is not valid YAML (${code})`;
      }),
    };
  }
  try {
    return { value: document.toJS() ?? {}, faults: [] };
  } catch {
    return { faults: ['its aliases cannot be resolved'] };
  }
}

function unknownKey(key: string, names: readonly string[]): string {
  const nearest = closestMatch(key, names, { maxDistance: Math.max(2, Math.floor(key.length / 2)) });
  return nearest === undefined ? `is not known; known are ${names.join(', ')}` : `is not known; ${nearest} is meant?`;
}

/** A fault of a document by its path: `environments[1].key: …`. `knownAt` tells the keys that an object may have. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  knownAt: (path: readonly PropertyKey[]) => readonly string[],
): string[] {
  const at = (path: readonly PropertyKey[], message: string) =>
    path.length === 0 ? message : `${z.core.toDotPath(path)}: ${message}`;
  if (issue.code !== 'unrecognized_keys') return [at(issue.path, issue.message)];
  return issue.keys.map((key) => at([...issue.path, key], unknownKey(key, knownAt(issue.path))));
}
