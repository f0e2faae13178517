import { aggregate, ask } from '@custody/store';
import { z } from 'zod';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { limitParameter, parseLimit } from './limit.ts';
import { measuredParameters, measuredRow, parseMeasured, publicRow } from './measured.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

const mostRows = 10_000;

/** `GET /v1/aggregate`. */
export function addAggregate(app: App, parts: RouteParts): void {
  const querystring = z.strictObject({
    ...commonParameters,
    ...measuredParameters,
    top: limitParameter(null, mostRows, 'The first groups only, in the given order'),
    limit: limitParameter(1000, mostRows),
  });
  app.get(
    '/v1/aggregate',
    {
      schema: {
        operationId: 'aggregate',
        summary: 'Counts and rates over a range, by groups',
        tags: ['counts'],
        querystring,
        response: { ...responses(z.array(measuredRow)), 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const measured = parseMeasured(query);
      const limit = Math.min(parseLimit(query.limit, 1000, mostRows), parseLimit(query.top, mostRows, mostRows, 'top'));
      const asked = await readQuestion(parts, query, reply);
      const request = { ...measured, selection: asked.selection, timeZone: asked.timeZone, limit };
      const [rows, meta] = await Promise.all([ask(parts.store, aggregate(request), asked.options), asked.meta()]);
      return { data: rows.map((row) => publicRow(row, measured)), meta };
    },
  );
}
