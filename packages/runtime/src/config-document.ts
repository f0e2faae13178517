import { existsSync, readFileSync } from 'node:fs';
import { closestMatch } from 'leven';
import { isMap, isNode, isPair, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Variables } from './config.ts';

const usualName = 'custody.config.yaml';

/** The file of what variables cannot say: the one that CUSTODY_CONFIG names, or the usual one where it exists. */
export function findConfigFile({ CUSTODY_CONFIG: named }: Variables): string | null {
  if (named?.trim()) return named.trim();
  return existsSync(usualName) ? usualName : null;
}

/** What a text in YAML says, not checked yet. */
export interface ConfigDocument {
  /** Undefined where there are faults. */
  readonly value?: unknown;
  /** Without the file's path; none repeats a value. */
  readonly faults: readonly string[];
  /** The line, from 1, of what a path such as `rules[2].scope` names, or of what is nearest above it; `null` for nothing. */
  readonly lineOf: (path: string) => number | null;
}

const noLines = () => null;

function stepsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter((step) => step !== '');
}

/** Goes down as far as there is something: where that begins, in characters; a key begins its value. */
function startOf(root: unknown, path: string): number | null {
  let [node, start]: [unknown, number | null] = [root, isNode(root) ? (root.range?.[0] ?? null) : null];
  for (const step of stepsOf(path)) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isNode(key) && String(key) === step);
      if (!isPair(pair)) return start;
      start = (pair.key as Node).range?.[0] ?? start;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (!isNode(node)) return start;
      start = node.range?.[0] ?? start;
    } else return start;
  }
  return start;
}

/** Reads YAML. Its faults are told by place: the library's own texts repeat lines, and a line may hold a key. */
export function parseConfigText(source: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ code, linePos }) => {
      const [{ line, col }] = linePos ?? [{ line: 1, col: 1 }];
      return `line ${line}, column ${col}: is not valid YAML (${code})`;
    });
    return { faults, lineOf: noLines };
  }
  const lineOf = (path: string) => {
    const start = startOf(document.contents, path);
    return start === null ? null : lines.linePos(start).line;
  };
  try {
    return { value: document.toJS() ?? {}, faults: [], lineOf };
  } catch {
    return { faults: ['its aliases cannot be resolved'], lineOf: noLines };
  }
}

/** Reads a YAML file, as `parseConfigText` does. */
export function readConfigDocument(path: string): ConfigDocument {
  try {
    return parseConfigText(readFileSync(path, 'utf8'));
  } catch {
    return { faults: ['cannot be read'], lineOf: noLines };
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
