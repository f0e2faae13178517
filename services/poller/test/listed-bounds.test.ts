import { expect, test } from 'vitest';
import { ListedBounds } from '../src/listed-bounds.ts';
import { listedEntry } from './kit/listed-source.ts';

const at = (text: string) => Date.parse(`2026-03-04T10:00:${text}Z`);
const entry = (text: string) => listedEntry(1, `2026-03-04T10:00:${text}Z`);
const range = { fromMs: at('10.000'), toMs: at('20.000') };

test('what lies on a bound is listed for sure once an answer has shown it, each bound by itself', () => {
  const bounds = new ListedBounds();
  bounds.observe(range, [entry('09.001'), entry('15.000'), entry('20.999')]);
  expect(bounds.surelyListed(range)).toEqual({ fromMs: at('09.001'), toMs: at('21.000') });
  bounds.observe(range, [entry('21.000')]);
  expect(bounds.surelyListed(range)).toEqual({ fromMs: at('09.001'), toMs: at('21.001') });
  bounds.observe(range, [entry('09.000')]);
  expect(bounds.surelyListed(range)).toEqual({ fromMs: at('09.000'), toMs: at('21.001') });
});

test('a range inside seconds is asked for with whole ones', () => {
  const inside = { fromMs: at('10.500'), toMs: at('19.250') };
  expect(new ListedBounds().surelyListed(inside)).toEqual({ fromMs: at('09.001'), toMs: at('21.000') });
});
