import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { z } from 'zod';
import type { Variables } from './config.ts';

/**
 * A secret that a file names and does not hold. Printed, logged or turned into JSON it is its reference: only who asks for
 * `value` sees it.
 */
export class Secret {
  /** Where it came from: `env:NAME` or `file:PATH`, as written. */
  readonly reference: string;
  readonly #value: string;

  constructor(value: string, reference: string) {
    this.#value = value;
    this.reference = reference;
  }

  get value(): string {
    return this.#value;
  }

  /** The variable it came from; `null` where it came from a file. */
  get variable(): string | null {
    return this.reference.startsWith('env:') ? this.reference.slice('env:'.length) : null;
  }

  toString(): string {
    return this.reference;
  }

  toJSON(): string {
    return this.reference;
  }

  [inspect.custom](): string {
    return `Secret(${this.reference})`;
  }
}

const rule =
  'must be env:NAME or file:PATH: put the secret itself into a variable or a file of its own, and name that here';

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
    if (value !== '') return new Secret(value, `${kind}:${name}`);
    return fault(kind === 'env' ? `the variable ${name} is not set` : `the file ${name} cannot be read or is empty`);
  });
}
