import { describe, test } from 'vitest';
import { type OptionalPart, testVariables } from './test-variables.ts';

/**
 * Tests that need a part which a machine may lack. `missing` says in one sentence why it is not here and how to get it;
 * `null`: it is here. Without it every test of `body` is skipped, with that sentence, and counted; where
 * CUSTODY_TEST_REQUIRE names the part, its absence fails.
 */
export function describeWithPart(part: OptionalPart, missing: string | null, name: string, body: () => void): void {
  if (missing === null) {
    describe(name, body);
  } else if (testVariables.required.includes(part)) {
    test(`${name}: ${part} is required`, () => {
      throw new Error(`CUSTODY_TEST_REQUIRE names ${part}, but ${missing}`);
    });
  } else {
    process.stderr.write(`skipped without ${part}: ${name}. Here ${missing}\n`);
    describe.skip(`${name} (skipped without ${part})`, body);
  }
}
