import { z } from 'zod';
import { shortId } from './alert-views.ts';
import { formatTable } from './table.ts';
import type { View } from './views.ts';
import { instantText } from './wording.ts';

const silence = z.looseObject({
  id: z.string(),
  state: z.string(),
  matcher: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  reason: z.string(),
  starts_at: z.string(),
  ends_at: z.string(),
  created_by: z.string(),
  ended_by: z.string().nullable(),
});

/** Silences as a table. */
export const silencesView: View = (data, { timeZone }) =>
  formatTable(
    z
      .array(silence)
      .parse(data)
      .map((one) => ({
        id: shortId(one.id),
        state: one.ended_by === null ? one.state : `${one.state} by ${one.ended_by}`,
        matches: Object.entries(one.matcher)
          .map(([label, of]) => `${label}=${[of].flat().join(',')}`)
          .join(' '),
        [`from (${timeZone})`]: instantText(one.starts_at, timeZone, 16),
        until: instantText(one.ends_at, timeZone, 16),
        by: one.created_by,
        reason: one.reason,
      })),
  );
