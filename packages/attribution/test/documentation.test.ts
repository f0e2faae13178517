import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { grantRecord } from '@custody/decision';
import { expect, test } from 'vitest';
import { attribute } from '../src/index.ts';
import { at, consent, decision, envId, history, listings, tool, user } from './facts.ts';

interface Example {
  readonly facts?: readonly Record<string, string>[];
  readonly decision?: object;
  readonly attribution: object;
}

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'attribution.md'), 'utf8');

/** Each example with the heading above it. */
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => {
  const [heading = ''] =
    page
      .slice(0, match.index)
      .match(/^### .*$/gm)
      ?.slice(-1) ?? [];
  return [heading, JSON.parse(match[1] ?? '') as Example] as const;
});

/** A fact as the page writes it: what it leaves out is as its introduction says, and times are of the one day. */
function recordOf(fact: Record<string, string>, index: number) {
  const isTime = (text: string) => /^\d\d:\d\d$/.test(text);
  const times = Object.fromEntries(Object.entries(fact).map(([name, text]) => [name, isTime(text) ? at(text) : text]));
  const base = fact.kind === 'identity' ? user('someone') : consent('someone', 'linear', 'low');
  const start = fact.kind === 'consent' ? {} : { valid_from: null };
  return grantRecord.parse({ ...base, ...start, ...times, grant_id: `fact ${index}` });
}

test('links within the page lead to its headings', () => {
  const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(0);
  expect(anchors).toEqual(expect.arrayContaining(links));
});

test('the page has an example of every certainty and every evidence', () => {
  const said = JSON.stringify(examples.map(([, { attribution }]) => attribution));
  for (const word of [
    'exact',
    'inferred',
    'ambiguous',
    'unknown',
    'none',
    'self',
    'rebac',
    'consent',
    'server',
    'level',
  ]) {
    expect(said).toContain(`"${word}"`);
  }
});

test.each(examples)('%s: %j', (_, example) => {
  const known = history(...listings, tool('linear', 'create_issue', 'medium'), ...(example.facts ?? []).map(recordOf));
  expect(attribute(decision(example.decision), envId, known)).toMatchObject(example.attribution);
});
