import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalUuid } from '../src/index.ts';

const canonical = '0e82b2e3-d2ed-42c1-ae0c-525256b052f0';

test.each(['0e82b2e3d2ed42c1ae0c525256b052f0', canonical, canonical.toUpperCase(), ` ${canonical} `])(
  'writes %j in the one form',
  (text) => expect(canonicalUuid(text)).toBe(canonical),
);

test.each(['', '0e82b2e3', `${canonical}0`, 'g'.repeat(32), '{0e82b2e3d2ed42c1ae0c525256b052f0}'])(
  'finds no UUID in %j',
  (text) => expect(canonicalUuid(text)).toBeNull(),
);

test('the form of a UUID with and without hyphens is the same, and its own form', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(canonicalUuid(uuid)).toBe(uuid);
      expect(canonicalUuid(uuid.replaceAll('-', ''))).toBe(uuid);
    }),
  );
});

test('is idempotent on any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const once = canonicalUuid(text);
      if (once !== null) expect(canonicalUuid(once)).toBe(once);
    }),
  );
});
