import { ask, sealRow, sealsPage } from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { wholeEnvironments } from '../access/whole-environments.ts';
import { filterOf, inColumns } from '../filters/column-filter.ts';
import { commonParameters } from '../filters/parameters.ts';
import { parseFilter } from '../filters/parse-filter.ts';
import { parseRange } from '../filters/parse-time.ts';
import { environmentMatcher } from '../filters/selection.ts';
import { clientSignal } from '../http/client-signal.ts';
import { badParameter } from '../http/problem.ts';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.ts';
import { limitParameter, parseLimit } from './limit.ts';
import { type App, type RouteParts, responses } from './route.ts';

const stateNames = sealRow.shape.state.options;
type SealState = (typeof stateNames)[number];

function parseStates(given: string | readonly string[] | undefined): SealState[] {
  return [given ?? []].flat().flatMap((text) =>
    text.split(',').map((name) => {
      const state = stateNames.find((one) => one === name);
      if (state !== undefined) return state;
      throw badParameter('state', `${JSON.stringify(name)} is not one of ${stateNames.join(', ')}`, {
        known: stateNames,
      });
    }),
  );
}

/** `GET /v1/seals`. */
export function addSeals(app: App, { clock }: RouteParts): void {
  const { from, to, env } = commonParameters;
  const querystring = z.strictObject({
    from,
    to,
    env,
    state: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe(`${stateNames.join(', ')}; several with commas. Default: all.`),
    limit: limitParameter(100, 1000),
    cursor: z.string().max(1000).optional().describe('meta.next of the page before; its range stays as it was'),
  });
  app.get(
    '/v1/seals',
    {
      schema: {
        operationId: 'listSeals',
        summary:
          'The seals of hours that begin in the range, newest first: what was stored, listed and refused, and why one is incomplete',
        tags: ['coverage'],
        querystring,
        response: responses(z.array(sealRow)),
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const startedAt = performance.now();
      const { store, answers, scope } = wholeEnvironments(callerOf(reply));
      const limit = parseLimit(query.limit, 100, 1000);
      const fingerprint = fingerprintOf(query, scope);
      const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor, fingerprint, (id) => id);
      const range = cursor?.range ?? parseRange(query, clock.now(), 'UTC');
      const after = cursor && { hourStartMs: cursor.after.occurredAtMs, envId: cursor.after.id };
      const environment = filterOf(parseFilter('env', query.env), inColumns('env_id', 'env_name'));
      // One more than asked for tells whether there is a next page.
      const question = sealsPage({ range, environment, scope, states: parseStates(query.state) }, after, limit + 1);
      const about = { range, startedAt, isAsked: environmentMatcher(query.env) };
      const asked = ask(store, question, answers.statement(clientSignal(reply)));
      const { found, meta } = await answers.answer(asked, about);
      const data = found.slice(0, limit);
      const last = found.length > limit ? data.at(-1) : undefined;
      const next = last && {
        ...{ range, fingerprint },
        after: { occurredAtMs: Date.parse(last.hour), id: last.env_id },
      };
      return { data, meta: { ...meta, levels: [], next: next ? encodeCursor(next) : null } };
    },
  );
}
