import { hourMs, hourOf } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { ask, sealsPage } from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { wholeEnvironments } from '../access/whole-environments.ts';
import { queryErrors } from '../errors.ts';
import { filterOf, inColumns } from '../filters/column-filter.ts';
import { commonParameters } from '../filters/parameters.ts';
import { parseFilter } from '../filters/parse-filter.ts';
import { parseRange } from '../filters/parse-time.ts';
import { environmentMatcher } from '../filters/selection.ts';
import { hourRow, hourRows } from '../hours/hour-rows.ts';
import { clientSignal } from '../http/client-signal.ts';
import { type App, type RouteParts, responses } from './route.ts';

/** A quarter of a year and some days. */
const mostHours = 100 * 24;
/** As many as a statement may answer: forty environments of so many hours. */
const mostSeals = 100_000;

/** `GET /v1/coverage/hours`. */
export function addCoverageHours(app: App, { clock }: RouteParts): void {
  const { from, to, env } = commonParameters;
  const querystring = z.strictObject({ from, to, env });
  app.get(
    '/v1/coverage/hours',
    {
      schema: {
        operationId: 'listCoveredHours',
        summary: `What is known of every hour that touches the range, the oldest first: sealed, and how, or why not; ${mostHours} hours at most`,
        tags: ['coverage'],
        querystring,
        response: responses(z.array(hourRow)),
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const startedAt = performance.now();
      const { store, answers, scope } = wholeEnvironments(callerOf(reply));
      const nowMs = clock.now();
      const range = parseRange(query, nowMs, 'UTC');
      const hours = { fromMs: hourOf(range.fromMs), toMs: hourOf(range.toMs - 1) + hourMs };
      const count = (hours.toMs - hours.fromMs) / hourMs;
      if (count > mostHours) {
        const text = `The range holds ${count} hours, and at most ${mostHours} are told at once.`;
        throw new CustodyError(queryErrors.QUERY_TOO_MANY_BUCKETS, text);
      }
      const isAsked = environmentMatcher(query.env);
      const environment = filterOf(parseFilter('env', query.env), inColumns('env_id', 'env_name'));
      const question = sealsPage({ range: hours, environment, scope, states: [] }, null, mostSeals);
      const reading = Promise.all([
        answers.coverage(hours),
        answers.gaps(hours),
        ask(store, question, answers.statement(clientSignal(reply))),
      ]);
      const { found, meta } = await answers.answer(reading, { range, startedAt, isAsked });
      const [all, gaps, seals] = found;
      const coverage = all.filter(({ env_id, env_name }) => isAsked(env_id, env_name));
      return { data: hourRows({ range: hours, nowMs, coverage, gaps, seals }), meta: { ...meta, levels: [] } };
    },
  );
}
