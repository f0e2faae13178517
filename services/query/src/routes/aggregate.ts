import { readAggregate, readCompared } from '@custody/store';
import { z } from 'zod';
import { comparisonOf } from '../filters/comparison.ts';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { isUnchanged, notModified } from '../http/validator.ts';
import { withCompared } from './fill-buckets.ts';
import { cutTo, limitParameter, parseLimit } from './limit.ts';
import {
  madeRows,
  markedMeasures,
  measuredParameters,
  measuredRow,
  otherParameter,
  parseMeasured,
  parseOther,
} from './measured.ts';
import { otherRows, readOtherGroups } from './others.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

const mostRows = 10_000;
const answerRows = z.array(measuredRow);

/** `GET /v1/aggregate`. */
export function addAggregate(app: App, parts: RouteParts): void {
  const querystring = z.strictObject({
    ...commonParameters,
    ...measuredParameters,
    top: limitParameter(null, mostRows, 'The first groups only, in the given order'),
    other: otherParameter,
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
        response: { ...responses(answerRows), 304: notModified, 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async (request, reply) => {
      const { query } = request;
      const limit = parseLimit(query.limit, 1000, mostRows);
      const top = parseLimit(query.top, null, mostRows, 'top');
      const parsed = parseMeasured(query);
      const hasOther = parseOther(query.other, parsed, top);
      const asked = await readQuestion(parts, query, reply);
      const { selection, timeZone, range, options } = asked;
      const measured = { ...parsed, measures: markedMeasures(parsed, selection) };
      // What top leaves out was asked for; what limit does is told, so one group more is read.
      const shown = Math.min(limit, top ?? mostRows);
      const wanted = { ...measured, selection, timeZone, limit: shown === top ? top : shown + 1 };
      const comparison = comparisonOf(query.compare, range, timeZone);
      const question = { about: [wanted, limit, hasOther], comparison };
      if (await isUnchanged(parts, asked, question, [request, reply])) return reply.code(304).send(null);
      const readGroups = async () => {
        if (comparison !== undefined) return readCompared(asked.store, wanted, comparison, options);
        return { found: await readAggregate(asked.store, wanted, options), earlier: null };
      };
      const read = async () => {
        const [counted, others] = await Promise.all([
          readGroups(),
          hasOther ? readOtherGroups(asked.store, { ...wanted, limit: shown }, comparison, options) : null,
        ]);
        const { rows, truncated } = cutTo(withCompared(counted.found, counted.earlier, measured), shown);
        return { data: others === null ? rows : [...rows, ...otherRows(others, measured)], meta: truncated };
      };
      return asked.send({ about: ['aggregate', question.about], data: madeRows, comparison, read });
    },
  );
}
