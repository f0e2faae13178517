import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitListing } from '../src/json-elements.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const split = (text: string) => splitListing(encode(text))?.elements.map(decode) ?? null;

/** JSON with blanks in every place where they are allowed, and awkward strings. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\\"', '],[', '}{', '😀', '\u2028', 'data'),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    ...[fc.constant(null), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), text],
    ...[fc.array(tie('any'), { maxLength: 4 }), fc.dictionary(text, tie('any'), { maxKeys: 4 })],
  ),
})).any;
const blanks = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

describe('elements', () => {
  test('are those of JSON.parse, each as it was written', () => {
    const listing = fc.record({ before: value, data: fc.array(value, { maxLength: 6 }), total_count: value });
    fc.assert(
      fc.property(listing, fc.constantFrom(undefined, 1, 2, '\t', ' \n'), (body, indent) => {
        const written = JSON.stringify(body, null, indent);
        const found = splitListing(encode(written));
        expect(found?.elements.map((element) => JSON.parse(decode(element)))).toEqual(JSON.parse(written).data);
        for (const element of found?.elements ?? []) expect(written).toContain(decode(element));
        const count = found?.members.get('total_count');
        expect(count === undefined ? undefined : JSON.parse(decode(count))).toEqual(JSON.parse(written).total_count);
      }),
      { numRuns: 500 },
    );
  });

  test('keep numbers, escapes and order of members that parsing and writing again would change', () => {
    const awkward = ['{"b":1.0,"a":1e2,"a":-0}', '"\\u0041\\/"', '12345678901234567890', '{ "x" : [ ] }'];
    expect(split(`{"data":[${awkward.join(' , ')}]}`)).toEqual(awkward);
  });

  test('of a bare array are found as well, whatever the blanks around', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), blanks, (values, blank) => {
        const texts = values.map((one) => JSON.stringify(one));
        const body = `${blank}[${blank}${texts.join(`${blank},${blank}`)}${blank}]${blank}`;
        expect(split(body)).toEqual(texts);
      }),
    );
  });

  test('that are garbage are handed on as they are, as long as quotes and brackets close', () => {
    expect(split('{"data":[{"id":"a"}, nonsense!!, {"x":tru}, "ok"],"total_count":4}')).toEqual([
      ...['{"id":"a"}', 'nonsense!!', '{"x":tru}', '"ok"'],
    ]);
    const invalid = new Uint8Array([...encode('{"data":["'), 0xff, 0xfe, ...encode('",1]}')]);
    expect(splitListing(invalid)?.elements.map((element) => [...element])).toEqual([[0x22, 0xff, 0xfe, 0x22], [0x31]]);
  });

  test('are those of the last "data", as for JSON.parse, also where its name is escaped', () => {
    expect(split('{"data":[1],"data":[2]}')).toEqual(['2']);
    expect(split('{"d\\u0061ta":[1]}')).toEqual(['1']);
    expect(split('{"data":[1],"data":{}}')).toBeNull();
  });

  test('share the answer’s memory', () => {
    const bytes = encode('{"data":[{"id":1}]}');
    expect(splitListing(bytes)?.elements[0]?.buffer).toBe(bytes.buffer);
  });
});

describe('an answer that is not whole is refused', () => {
  test('wherever it was cut off', () => {
    const body = fc.record({ data: fc.array(value, { maxLength: 4 }), total_count: fc.nat() });
    fc.assert(
      fc.property(body, fc.double({ min: 0, max: 1, noNaN: true }), (whole, share) => {
        const bytes = encode(JSON.stringify(whole));
        expect(splitListing(bytes.subarray(0, Math.floor(share * (bytes.length - 1))))).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ...['', '   ', 'null', '7', '"data"', '{}', '{"data":null}', '{"data":{}}', '{"data":[}', '{"data":[1}]'],
    ...[
      '{"data":[1,]}',
      '{"data":[,1]}',
      '{"data":[1,,2]}',
      '{"data":[1]',
      '{"data":[1]}]',
      '{"data":[1]}{}',
      '{"data":[1],}',
    ],
    ...[
      '{"data" [1]}',
      '{data:[1]}',
      '{"data":[1] "x":2}',
      '{"\\x":1,"data":[]}',
      '[1]]',
      '[{]}',
      '["\\"]',
      '<html></html>',
    ],
  ])('%s', (body) => expect(split(body)).toBeNull());

  test('where it nests without end', () => {
    expect(split(`{"data":[${'['.repeat(600)}${']'.repeat(600)}]}`)).toBeNull();
  });

  test('and no bytes make it throw', () => {
    const framing = fc
      .array(fc.constantFrom(...'[]{}",:\\ d1'), { maxLength: 30 })
      .map((parts) => encode(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), framing), (bytes) => void splitListing(bytes)),
      { numRuns: 2_000 },
    );
  });
});
