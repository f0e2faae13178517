import { readAggregate, readCompared } from '@custody/store';
import { z } from 'zod';
import { comparisonOf } from '../filters/comparison.ts';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { isUnchanged, notModified } from '../http/validator.ts';
import { withCompared } from './fill-buckets.ts';
import { limitParameter, parseLimit } from './limit.ts';
import { markedMeasures, measuredParameters, measuredRow, parseMeasured } from './measured.ts';
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
        response: { ...responses(z.array(measuredRow)), 304: notModified, 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async (request, reply) => {
      const { query } = request;
      const limit = Math.min(parseLimit(query.limit, 1000, mostRows), parseLimit(query.top, mostRows, mostRows, 'top'));
      const parsed = parseMeasured(query);
      const asked = await readQuestion(parts, query, reply);
      const { selection, timeZone, range } = asked;
      const measured = { ...parsed, measures: markedMeasures(parsed, selection) };
      const wanted = { ...measured, selection, timeZone, limit };
      const comparison = comparisonOf(query.compare, range, timeZone);
      const question = { about: wanted, comparison };
      if (await isUnchanged(parts, asked, question, [request, reply])) return reply.code(304).send(null);
      const read = async () => {
        if (comparison !== undefined) return readCompared(asked.store, wanted, comparison, asked.options);
        return { found: await readAggregate(asked.store, wanted, asked.options), earlier: null };
      };
      const { found: counted, meta } = await asked.answer(read(), comparison);
      return { data: withCompared(counted.found, counted.earlier, measured), meta };
    },
  );
}
