import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Variables } from '@custody/runtime';
import { z } from 'zod';

/** A secret that a file names and does not hold. */
export interface Secret {
  readonly value: string;
  /** The variable it came from; `null` where it came from a file. */
  readonly variable: string | null;
}

const rule =
  'must be env:NAME or file:PATH: put the key itself into a variable or a file of its own, and name that here';

function fromFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** `env:NAME` or `file:PATH`, relative to the directory. A literal secret is refused and not repeated. */
export function secretReference(variables: Variables, directory: string) {
  return z.string(rule).transform((text, context): Secret => {
    const [, kind, name = ''] = /^(env|file):\s*(\S.*?)\s*$/.exec(text.trim()) ?? [];
    const fault = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (kind === undefined || (kind === 'env' && !/^[A-Za-z_]\w*$/.test(name))) return fault(rule);
    const value = kind === 'env' ? (variables[name]?.trim() ?? '') : fromFile(resolve(directory, name));
    if (value !== '') return { value, variable: kind === 'env' ? name : null };
    return fault(kind === 'env' ? `the variable ${name} is not set` : `the file ${name} cannot be read or is empty`);
  });
}
