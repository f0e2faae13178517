import { coverageBetween } from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { pollerReport } from '../answer/poller-report.ts';
import { commonParameters } from '../filters/parameters.ts';
import { parseRange } from '../filters/parse-time.ts';
import { environmentMatcher } from '../filters/selection.ts';
import { type App, type RouteParts, responses } from './route.ts';

const coverageRow = coverageBetween.row.extend({
  reported: pollerReport
    .nullable()
    .describe(
      'Rows, requests, unreadable facts and evidence as the poller last reported them of its whole history; null: never, or the token shows only a part of the environment',
    ),
});

/** `GET /v1/coverage`. */
export function addCoverage(app: App, { clock }: RouteParts): void {
  const { from, to, env } = commonParameters;
  const querystring = z.strictObject({
    from: from.describe('Start, inclusive. Default: the beginning of history.'),
    to,
    env,
  });
  app.get(
    '/v1/coverage',
    {
      schema: {
        operationId: 'coverage',
        summary: 'How far the source is read and proven, and how blind we are, by environment',
        tags: ['coverage'],
        querystring,
        response: responses(z.array(coverageRow)),
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const startedAt = performance.now();
      const { answers } = callerOf(reply);
      const range = parseRange({ ...query, from: query.from ?? '1970-01-01T00:00:00Z' }, clock.now(), 'UTC');
      const isAsked = environmentMatcher(query.env);
      const [rows, reports] = await Promise.all([answers.coverage(range), answers.reports()]);
      const asked = rows.filter(({ env_id, env_name }) => isAsked(env_id, env_name));
      const data = asked.map((row) => ({ ...row, reported: reports.get(row.env_id) ?? null }));
      // History begins where the oldest window does; what lies before it is nobody's gap.
      const oldestMs = Math.min(...data.map(({ oldest }) => Date.parse(oldest)));
      const fromMs = data.length === 0 ? range.fromMs : Math.max(range.fromMs, Math.min(oldestMs, range.toMs - 1));
      const about = { range: { ...range, fromMs }, startedAt, isAsked };
      const { meta } = await answers.answer(Promise.resolve(), about);
      return { data, meta: { ...meta, levels: [] } };
    },
  );
}
