import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdsXor, joinIdsXor, noIdsXor } from '../src/index.ts';

function xorOf(ids: readonly string[]): string {
  const xor = new IdsXor();
  for (const id of ids) xor.add(id);
  return xor.toString();
}

const distinct = fc.uniqueArray(fc.uuid(), { maxLength: 40 });

test('of one id it is its digits, of none it is zeros', () => {
  const id = '0000000f-d2ed-42c1-ae0c-525256b052f0';
  expect(xorOf([id])).toBe('0000000fd2ed42c1ae0c525256b052f0');
  expect(xorOf([])).toBe(noIdsXor);
  expect(xorOf(['sha256:0f', '', id.toUpperCase(), id.replaceAll('-', '')])).toBe(noIdsXor);
});

test('it is the 128 bits of the ids XORed', () => {
  fc.assert(
    fc.property(distinct, (ids) => {
      const bits = ids.reduce((xor, id) => xor ^ BigInt(`0x${id.replaceAll('-', '')}`), 0n);
      expect(xorOf(ids)).toBe(bits.toString(16).padStart(32, '0'));
    }),
  );
});

test('the order of the ids does not matter', () => {
  const shuffled = distinct.chain((ids) =>
    fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids, { minLength: ids.length })),
  );
  fc.assert(
    fc.property(shuffled, ([ids, others]) => {
      expect(xorOf(others)).toBe(xorOf(ids));
    }),
  );
});

test('an id that is added again is taken out again: distinct ones are up to the caller', () => {
  fc.assert(
    fc.property(distinct, fc.uuid(), (ids, id) => {
      expect(xorOf([...ids, id, id])).toBe(xorOf(ids));
    }),
  );
});

test('joining the names of parts gives the name of the whole, and of what is not known nothing', () => {
  fc.assert(
    fc.property(distinct, fc.nat(40), (ids, cut) => {
      const [first, second] = [xorOf(ids.slice(0, cut)), xorOf(ids.slice(cut))];
      expect(joinIdsXor(first, second)).toBe(xorOf(ids));
      expect(joinIdsXor(first, null, second)).toBeNull();
    }),
  );
  expect(joinIdsXor()).toBe(noIdsXor);
});

test('another id in the place of one, or one more, is another name', () => {
  fc.assert(
    fc.property(distinct, fc.uuid(), (ids, id) => {
      fc.pre(!ids.includes(id) && ids.length > 0);
      expect(xorOf([id, ...ids.slice(1)])).not.toBe(xorOf(ids));
      expect(xorOf([id, ...ids])).not.toBe(xorOf(ids));
    }),
  );
});
