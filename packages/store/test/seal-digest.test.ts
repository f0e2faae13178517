import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalSeal, linkSeal, type SealStatement } from '../src/index.ts';

const hourStartMs = Date.UTC(2026, 3, 1, 5);
const said: SealStatement = {
  ...{
    state: 'incomplete',
    stored: 3,
    listed: 5,
    deadLetters: 1,
    missing: 1,
    deletedAtSource: 2,
    unreadableSeconds: 7,
  },
  ...{ listedIdsXor: 'ab', reasons: ['dead_letters', 'missing'], content: 'cd' },
};
const canonical = (revision: number) =>
  `["custody.seal.v1","env-1","2026-04-01T05:00:00.000Z",${revision},"incomplete",3,5,1,1,2,7,"ab",["dead_letters","missing"],"cd"]`;

test('a seal’s text is written in one way only', () => {
  expect(canonicalSeal('env-1', hourStartMs, 4, said)).toBe(canonical(4));
});

test('a digest is made of the one before and of what is said, so that whoever has the seals can check the chain', () => {
  const first = linkSeal('env-1', hourStartMs, said, null);
  const digest = createHash('sha256')
    .update(`\n${canonical(1)}`)
    .digest('hex');
  expect(first).toEqual({ revision: 1, digest, previousDigest: '' });
  const next = linkSeal('env-1', hourStartMs, { ...said, state: 'complete' }, { ...said, ...first });
  const second = createHash('sha256')
    .update(`${digest}\n${canonical(2).replace('incomplete', 'complete')}`)
    .digest('hex');
  expect(next).toEqual({ revision: 2, digest: second, previousDigest: digest });
});

test.each<[string, Partial<SealStatement>]>([
  ['decisions', { stored: 4 }],
  ['their content', { content: 'ce' }],
  ['the ids that were listed', { listedIdsXor: 'ac' }],
  ['reasons', { reasons: ['missing'] }],
])('other %s are another revision, and the same is the same', (_, other) => {
  const first = linkSeal('env-1', hourStartMs, said, null);
  expect(linkSeal('env-1', hourStartMs, { ...said }, { ...said, ...first })).toEqual(first);
  expect(linkSeal('env-1', hourStartMs, { ...said, ...other }, { ...said, ...first }).revision).toBe(2);
});
