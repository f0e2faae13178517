import { type Dimension, dimensions, type Measure, measures, type Order, type Selection } from '@custody/store';
import { z } from 'zod';
import { compareParameter } from '../filters/comparison.ts';
import { badParameter } from '../http/problem.ts';

const defaultMeasures: readonly Measure[] = ['decisions', 'denials', 'deny_rate'];

/** Parameters of the operations that count. */
export const measuredParameters = {
  measures: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe(`Comma-separated: ${measures.join(', ')}. Default ${defaultMeasures.join(',')}.`),
  group_by: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe(
      `Comma-separated: ${dimensions.join(', ')}. hour_of_day is 0 to 23, day_of_week 1 (Monday) to 7, both in tz.`,
    ),
  compare: compareParameter,
  order: z
    .string()
    .optional()
    .describe('A measure or group-by name, with - in front for descending. Default: the first measure, descending.'),
};

/** Of the operations that count: beside the first groups, all others as one. */
export const otherParameter = z
  .enum(['row'])
  .optional()
  .describe(
    'row: with group_by= and top=, a last row (in trends one a bucket) with other: true and the same measures of all groups that top= leaves out, where there are any',
  );

const value = z.union([z.string(), z.number(), z.null()]);

/**
 * A row carries its group-by names, `bucket` where there is one, and the measures by name; where a comparison is asked for,
 * in `compare` the same measures of the earlier range, and where its bucket begins. `other: true` marks what is left out.
 */
export const measuredRow = z.record(z.string(), z.union([value, z.literal(true), z.record(z.string(), value)]));
export type MeasuredRow = z.infer<typeof measuredRow>;

const isValue = (found: unknown) => typeof found === 'string' || typeof found === 'number' || found === null;
const isCompared = (found: unknown) =>
  typeof found === 'object' && found !== null && !Array.isArray(found) && Object.values(found).every(isValue);

/** The same, as it was made: looked at, and not made anew value by value, since an answer may have thousands of rows. */
export const madeRows = z.array(
  z.custom<MeasuredRow>(
    (row) =>
      typeof row === 'object' &&
      row !== null &&
      Object.values(row).every((found) => isValue(found) || found === true || isCompared(found)),
  ),
);

export interface Measured {
  readonly measures: readonly Measure[];
  readonly groupBy: readonly Dimension[];
  readonly order: Order;
}

function names<Name extends string>(
  parameter: string,
  given: string | readonly string[] | undefined,
  known: readonly Name[],
): Name[] {
  const texts = given === undefined ? [] : [given].flat().flatMap((text) => text.split(','));
  const found = texts.map((text) => {
    const name = known.find((candidate) => candidate === text.trim());
    if (name === undefined) {
      throw badParameter(parameter, `${JSON.stringify(text.slice(0, 100))} is not one of ${known.join(', ')}`, {
        known,
      });
    }
    return name;
  });
  return [...new Set(found)];
}

interface MeasuredTexts {
  readonly measures?: string | string[] | undefined;
  readonly group_by?: string | string[] | undefined;
  readonly order?: string | undefined;
}

/** Reads the names out of closed lists. Throws `QUERY_BAD_PARAMETER`. */
export function parseMeasured({ measures: wanted, group_by, order }: MeasuredTexts): Measured {
  const asked = names('measures', wanted, measures);
  const chosen = asked.length === 0 ? defaultMeasures : asked;
  const groupBy = names('group_by', group_by, dimensions);
  const text = order ?? `-${chosen[0]}`;
  const [by] = names('order', text.replace(/^-/, ''), [...measures, ...groupBy]);
  return { measures: chosen, groupBy, order: { by: by ?? 'decisions', descending: text.startsWith('-') } };
}

/** Whether the row of all others is asked for. Throws `QUERY_BAD_PARAMETER` where there can be none. */
export function parseOther(other: 'row' | undefined, { groupBy }: Measured, top: number | null): boolean {
  if (other === undefined) return false;
  if (groupBy.length > 0 && top !== null) return true;
  throw badParameter('other', 'needs group_by= and top=');
}

/** The public names of a row of the store: without their prefixes, and only what was asked for. */
export function publicRow(
  row: Readonly<Record<string, string | number | null>>,
  { groupBy, measures: asked }: Pick<Measured, 'groupBy' | 'measures'>,
): Record<string, string | number | null> {
  const named: Record<string, string | number | null> = {};
  for (const name of groupBy) named[name] = row[`g_${name}`] ?? null;
  for (const name of asked) named[name] = row[`m_${name}`] ?? null;
  return named;
}

/** The measures of an answer: where rows that only may be the asked human's are added, each says how many. */
export function markedMeasures({ measures: asked }: Measured, { certainty }: Selection): readonly Measure[] {
  return certainty === 'both' ? [...asked, 'possible'] : asked;
}
