import { describe, expect, test } from 'vitest';
import { explainDenial, levelsSentence, type Remedy, trustLevels, weighLevels } from '../../src/index.ts';
import { deniedCall } from './stored-call.ts';

function remediesOf(trust_level: string, ceiling_level: string, required_level: string): readonly Remedy[] {
  return explainDenial(deniedCall({ trust_level, ceiling_level, required_level }))?.remedies ?? [];
}

/** `raise_ceiling medium`: the code, and the level to reach where there is one. */
function shown(remedies: readonly Remedy[]): string {
  return remedies.map((one) => ('level' in one ? `${one.code} ${one.level}`.trim() : one.code)).join(' and ');
}

const neither = 'unexplained';
const bothTo = (level: string) => `raise_ceiling ${level} and raise_consent ${level}`;

describe('consent and ceiling against a tool that requires low, medium, high', () => {
  test.each([
    ['low', 'low', neither, bothTo('medium'), bothTo('high')],
    ['low', 'medium', neither, 'raise_consent medium', bothTo('high')],
    ['low', 'high', neither, 'raise_consent medium', 'raise_consent high'],
    ['medium', 'low', neither, 'raise_ceiling medium', bothTo('high')],
    ['medium', 'medium', neither, neither, bothTo('high')],
    ['medium', 'high', neither, neither, 'raise_consent high'],
    ['high', 'low', neither, 'raise_ceiling medium', 'raise_ceiling high'],
    ['high', 'medium', neither, neither, 'raise_ceiling high'],
    ['high', 'high', neither, neither, neither],
    [
      '',
      'low',
      'give_consent low',
      'raise_ceiling medium and give_consent medium',
      'raise_ceiling high and give_consent high',
    ],
    ['', 'high', 'give_consent low', 'give_consent medium', 'give_consent high'],
    [
      'low',
      '',
      'set_ceiling low',
      'set_ceiling medium and raise_consent medium',
      'set_ceiling high and raise_consent high',
    ],
    ['high', '', 'set_ceiling low', 'set_ceiling medium', 'set_ceiling high'],
    [
      '',
      '',
      'set_ceiling low and give_consent low',
      'set_ceiling medium and give_consent medium',
      'set_ceiling high and give_consent high',
    ],
  ])('consent %j, ceiling %j', (consent, ceiling, ...expected) => {
    expect(trustLevels.map((required) => shown(remediesOf(consent, ceiling, required)))).toEqual(expected);
  });

  test.each([
    ['low', 'high', 'find_level'],
    ['', 'high', 'give_consent'],
    ['low', '', 'set_ceiling'],
    ['', '', 'set_ceiling and give_consent'],
  ])('consent %j, ceiling %j, and the tool’s level is not known', (consent, ceiling, expected) => {
    expect(shown(remediesOf(consent, ceiling, ''))).toBe(expected);
  });

  test('once its remedies are followed, a call is no longer denied for its levels', () => {
    for (const consent of ['', ...trustLevels]) {
      for (const ceiling of ['', ...trustLevels]) {
        for (const required of trustLevels) {
          const found = { trust_level: consent, ceiling_level: ceiling, required_level: required };
          for (const one of remediesOf(consent, ceiling, required)) {
            if (one.code === 'raise_consent' || one.code === 'give_consent') found.trust_level = one.level;
            if (one.code === 'raise_ceiling' || one.code === 'set_ceiling') found.ceiling_level = one.level;
          }
          expect(weighLevels(found).isSufficient).toBe(true);
        }
      }
    }
  });
});

describe('what decided, in words', () => {
  const wordsOf = (trust_level: string, ceiling_level: string, required_level: string) =>
    levelsSentence(weighLevels({ trust_level, ceiling_level, required_level }));

  test.each([
    [
      'low',
      'high',
      'medium',
      'consent low, ceiling high: low at most, limited by the consent; the tool needs medium: not enough (the consent is too low)',
    ],
    [
      'high',
      'medium',
      'high',
      'consent high, ceiling medium: medium at most, limited by the ceiling; the tool needs high: not enough (the ceiling is too low)',
    ],
    [
      'low',
      'medium',
      'high',
      'consent low, ceiling medium: low at most, limited by the consent; the tool needs high: not enough (both are too low)',
    ],
    [
      'medium',
      'medium',
      'low',
      'consent medium, ceiling medium: medium at most, limited by both; the tool needs low: enough',
    ],
    [
      'medium',
      'low',
      '',
      'consent medium, ceiling low: low at most, limited by the ceiling; the tool needs an unknown level',
    ],
    ['', 'low', 'medium', 'consent none known, ceiling low; the tool needs medium'],
    ['high', '', '', 'consent high, ceiling none known; the tool needs an unknown level'],
    ['', '', '', 'no levels are known'],
  ])('consent %j, ceiling %j, required %j', (consent, ceiling, required, words) => {
    expect(wordsOf(consent, ceiling, required)).toBe(words);
  });

  test('and as data: the lower of the two, which it is, and whether it is enough', () => {
    expect(weighLevels({ trust_level: 'high', ceiling_level: 'low', required_level: 'medium' })).toEqual({
      ...{ consent: 'high', ceiling: 'low', required: 'medium' },
      ...{ effective: 'low', limitedBy: 'ceiling', isSufficient: false },
    });
    expect(weighLevels({ trust_level: 'high', ceiling_level: '', required_level: 'novel' })).toEqual({
      ...{ consent: 'high', ceiling: null, required: null },
      ...{ effective: null, limitedBy: '', isSufficient: null },
    });
  });
});
