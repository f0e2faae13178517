import { describe, expect, test } from 'vitest';
import { createSimulatedPermit, parseSwitches, SimulatorError, type SwitchTexts } from '../src/index.ts';
import { describeSwitches } from '../src/switches/describe-switches.ts';
import { faultSyntax } from '../src/switches/fault-syntax.ts';
import { variantMeanings } from '../src/switches/variant-meanings.ts';
import { defaultVariants } from '../src/variants.ts';

const faults = (...texts: string[]) => parseSwitches({ faults: texts }).faults;
const wrongIn = (texts: SwitchTexts) => {
  try {
    parseSwitches(texts);
  } catch (error) {
    if (error instanceof SimulatorError) return error.details;
  }
  throw new Error('nothing was wrong');
};

describe('variants', () => {
  test('are read into values of their type', () => {
    const variants = ['order=oldest-first', 'rawDataOnList=false', 'wrongKeyStatus=403'];
    expect(parseSwitches({ variants }).variants).toEqual({
      order: 'oldest-first',
      rawDataOnList: false,
      wrongKeyStatus: 403,
    });
  });

  test('every default is one of the values that are explained', () => {
    for (const [name, value] of Object.entries(defaultVariants)) {
      expect(variantMeanings[name as keyof typeof variantMeanings]).toHaveProperty(String(value));
    }
  });
});

describe('faults', () => {
  test.each([
    ['429=0.05', { '429': [{ share: 0.05 }] }],
    ['429=every:9,retry-after:date,wait:30', { '429': [{ every: 9, retryAfter: 'date', waitSeconds: 30 }] }],
    ['503=0.3,for:60', { '503': [{ share: 0.3, forSeconds: 60 }] }],
    ['500@role_assignments+users=page:2', { '500': [{ endpoints: ['role_assignments', 'users'], fromPage: 2 }] }],
    ['reset', { reset: [{}] }],
    ['slow=0.1:20', { slow: [{ share: 0.1, seconds: 20 }] }],
    ['late=0.2:900', { late: { share: 0.2, upToSeconds: 900 } }],
    ['between-pages', { 'between-pages': {} }],
    ['retention=86400', { retention: { seconds: 86_400 } }],
    ['burst=12000:one', { burst: { count: 12_000, spread: 'one' } }],
    ['date=-300', { date: { offSeconds: -300 } }],
    ['date=jump:120', { date: { jumpSeconds: 120 } }],
    ['date=absent', { date: { absent: true } }],
  ] as const)('%s', (text, expected) => {
    expect(faults(text)).toEqual(expected);
    expect(createSimulatedPermit({ faults: faults(text) }).faults.settings).toMatchObject(expected);
  });

  test('the same fault at several endpoints is several rules', () => {
    expect(faults('403@users', '403@scope=0.5')).toEqual({
      '403': [{ endpoints: ['users'] }, { endpoints: ['scope'], share: 0.5 }],
    });
  });
});

test('everything that is wrong is told together', () => {
  const wrong = wrongIn({
    variants: ['order=sideways', 'colour=red'],
    faults: ['418=1', '429@kitchen=lots', 'late=7:900', 'late=0.1', 'burst=10:thin', 'slow=0.1:2:3', 'retention'],
  });
  for (const text of [
    /"order=sideways": order is one of newest-first, oldest-first/,
    /no variant "colour"/,
    /no fault "418"/,
    /no endpoint "kitchen"/,
    /share is "lots"; it must be a number/,
    /"late=7:900": late.share: .*<=1/,
    /"late=0.1": late is given twice/,
    /"burst=10:thin": burst.spread/,
    /"0.1:2:3" is none of its values/,
    /"retention": retention.seconds/,
  ]) {
    expect(wrong).toContainEqual(expect.stringMatching(text));
  }
});

test('the help explains every value of every variant, every fault and every endpoint', () => {
  const help = describeSwitches();
  for (const [name, values] of Object.entries(variantMeanings)) {
    for (const value of Object.keys(values)) expect(help).toContain(`${name}=${value}`);
  }
  for (const [name, { meaning }] of Object.entries(faultSyntax)) {
    expect(help).toContain(name);
    expect(help).toContain(meaning);
  }
  expect(help).toContain('audit_log_detail');
});
