import { z } from 'zod';
import { formatFields, formatTable } from './table.ts';
import type { View } from './views.ts';
import { instantText } from './wording.ts';

const remedies = z.looseObject({
  denials: z.number(),
  one_level: z.number(),
  one_other: z.number(),
  two: z.number(),
  none: z.number(),
  unexamined: z.number(),
  changes: z.array(
    z.looseObject({
      code: z.string(),
      sentence: z.string(),
      assumes: z.string(),
      removes: z.number(),
      helps: z.number(),
      last_seen: z.string(),
    }),
  ),
  pairs: z.array(z.looseObject({ sentences: z.array(z.string()), removes: z.number() })),
  unmended: z.array(z.looseObject({ code: z.string(), sentence: z.string(), denials: z.number() })),
});

function section(title: string, rows: readonly Record<string, unknown>[]): string[] {
  return rows.length === 0 ? [] : ['', title, formatTable(rows)];
}

const counted = (count: number, text: string) => (count === 0 ? '' : `${count.toLocaleString('en-US')} ${text}`);

/** Which changes would have removed how many denials, and what none would have. */
export const remediesView: View = (data, { timeZone }) => {
  const { changes, pairs, unmended, ...counts } = remedies.parse(data);
  if (counts.denials === 0) return 'nothing was denied';
  const summary = formatFields({
    denials: counts.denials.toLocaleString('en-US'),
    'one change': [
      counted(counts.one_level, 'by a consent or a maximum'),
      counted(counts.one_other, 'by something else: no level mends them'),
    ]
      .filter((text) => text !== '')
      .join(', '),
    'two changes': counted(counts.two, 'need both of two'),
    'not told': counted(counts.none, 'have no change that can be named'),
    'not examined': counted(counts.unexamined, 'of the rarest kinds'),
  });
  const listed = changes.map((change) => ({
    removes: change.removes,
    helps: change.helps,
    change: `${change.sentence}${change.assumes === '' ? '' : `, if ${change.assumes}`}`,
    code: change.code,
    [`last denial (${timeZone})`]: instantText(change.last_seen, timeZone, 16),
  }));
  const together = pairs.map(({ sentences, removes }) => ({ removes, changes: sentences.join('; and: ') }));
  const why = unmended.map(({ denials, sentence, code }) => ({ denials, why: sentence, code }));
  return [
    summary,
    ...section('ONE CHANGE', listed),
    ...section('TWO CHANGES TOGETHER', together),
    ...section('NO CHANGE CAN BE NAMED', why),
  ].join('\n');
};
