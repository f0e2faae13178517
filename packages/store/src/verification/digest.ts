import { secondMs } from '@custody/decision';
import { z } from 'zod';
import type { Cube, Level } from '../rollups/cubes.ts';
import type { Difference, VerifiedSpan } from './difference.ts';

/** A cube of a span as one of two sides has it: what it has to be, and what lies in the rollup. */
export const digestRow = z.object({
  cube: z.string(),
  side: z.enum(['expected', 'found']),
  start_seconds: z.number(),
  groups: z.number(),
  counted: z.number(),
  denied: z.number(),
  digest: z.string(),
});
type DigestRow = z.infer<typeof digestRow>;

/**
 * One side of a cube, in SQL. `rows` selects `start_seconds` of the span and what a row of the cube has. The digest is a sum
 * and no XOR, in which a row that is there twice would cancel itself out.
 */
export function sideSql({ name, columns }: Cube, side: DigestRow['side'], rows: string): string {
  return `SELECT '${name}' AS cube, '${side}' AS side, start_seconds, count() AS groups, sum(decisions) AS counted,
  sumIf(decisions, decision = 'deny') AS denied,
  toString(sum(sipHash64(starts_at, ${columns.join(', ')}, decisions, first_at, last_at))) AS digest
FROM (
${rows}
)
GROUP BY start_seconds`;
}

/** Rows of a rollup, as `sideSql` takes them; `start` is the span's, a `DateTime`. */
export function rollupRows({ table, columns }: Cube, level: Level, start: string, where: string): string {
  return `SELECT toUnixTimestamp(${start}) AS start_seconds, starts_at, ${columns.join(', ')}, decisions, first_at, last_at
FROM ${table}
WHERE level = '${level}' AND ${where}`;
}

type Figures = Pick<DigestRow, 'groups' | 'counted' | 'denied' | 'digest'>;

const nothing: Figures = { groups: 0, counted: 0, denied: 0, digest: '0' };

function figuresText({ groups, counted, denied }: Figures): string {
  return `${counted} decisions, ${denied} denied, ${groups} rows`;
}

/** The cubes of a span of which the two sides are not the same, to the row. */
export function compareDigests(span: VerifiedSpan, rows: readonly DigestRow[], cubes: readonly Cube[]): Difference[] {
  const own = rows.filter(({ start_seconds }) => start_seconds * secondMs === span.startMs);
  return cubes.flatMap(({ name }): Difference[] => {
    const figuresOf = (side: string): Figures => own.find((row) => row.cube === name && row.side === side) ?? nothing;
    const [expected, found] = [figuresOf('expected'), figuresOf('found')];
    if (expected.digest === found.digest && expected.groups === found.groups) return [];
    const texts = { expected: figuresText(expected), found: figuresText(found) };
    const isByValue = texts.expected === texts.found;
    return [{ ...span, kind: 'sums', subject: name, ...texts, ...(isByValue && { found: `${texts.found}, others` }) }];
  });
}
