import { z } from 'zod';
import { formatTable } from './table.ts';
import type { View } from './views.ts';
import { instantText } from './wording.ts';

const seal = z.object({
  env_name: z.string(),
  hour: z.string(),
  state: z.string(),
  revision: z.number(),
  decisions: z.number(),
  listed: z.number(),
  dead_letters: z.number(),
  missing: z.number(),
  reasons: z.array(z.string()),
  digest: z.string(),
  is_current: z.boolean(),
});

/** Seals by hour, with the beginning of each digest. */
export const sealsView: View = (data, { timeZone }) =>
  formatTable(
    z
      .array(seal)
      .parse(data)
      .map((row) => ({
        environment: row.env_name,
        [`hour (${timeZone})`]: instantText(row.hour, timeZone, 16),
        state: row.is_current ? row.state : `${row.state}, changed since`,
        revision: row.revision,
        decisions: row.decisions,
        listed: row.listed,
        'dead letters': row.dead_letters,
        missing: row.missing,
        why: row.reasons,
        digest: row.digest.slice(0, 12),
      })),
  );
