import type { TimeRange } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import {
  type BucketSize,
  bucketSizeNames,
  bucketsWithin,
  readAggregate,
  readBucketStarts,
  readSeries,
} from '@custody/store';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';
import { comparisonOf } from '../filters/comparison.ts';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { isUnchanged, notModified } from '../http/validator.ts';
import { fillBuckets } from './fill-buckets.ts';
import { cutTo, limitParameter, parseLimit } from './limit.ts';
import {
  type MeasuredRow,
  madeRows,
  markedMeasures,
  measuredParameters,
  measuredRow,
  otherParameter,
  parseMeasured,
  parseOther,
} from './measured.ts';
import { otherBuckets, readOtherSeries } from './others.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

const mostBuckets = 10_000;
const mostRows = 50_000;
const mostGroups = 1_000;
const answerRows = z.array(measuredRow);

function tooMany(detail: string, parameter: 'bucket' | 'group_by' = 'bucket'): CustodyError {
  return new CustodyError(queryErrors.QUERY_TOO_MANY_BUCKETS, detail, { fields: { parameter } });
}

function assertBucketsFit(range: TimeRange, bucket: BucketSize): void {
  const count = bucketsWithin(range, bucket);
  if (count > mostBuckets)
    throw tooMany(`bucket: the range holds ${count} of them, and an answer ${mostBuckets} at most.`);
}

function assertRowsFit(groups: number, buckets: number): void {
  if (groups > mostGroups)
    throw tooMany(`group_by: more than ${mostGroups} groups; top= keeps the first ones.`, 'group_by');
  if (groups * buckets <= mostRows) return;
  const parameter = groups > 1 ? 'group_by' : 'bucket';
  const detail = `${groups} groups in ${buckets} buckets are more than ${mostRows} rows.`;
  throw tooMany(`${parameter}: ${detail}`, parameter);
}

/** The rows of each bucket, its groups in their order and after them the others, where there are any. */
function byBucket(rows: readonly MeasuredRow[], groups: number, others: readonly MeasuredRow[]): MeasuredRow[] {
  if (others.length === 0) return [...rows];
  return others.flatMap((other, n) => [...rows.slice(n * groups, (n + 1) * groups), other]);
}

/** `GET /v1/trends`. */
export function addTrends(app: App, parts: RouteParts): void {
  const querystring = z.strictObject({
    ...commonParameters,
    ...measuredParameters,
    bucket: z.enum(bucketSizeNames).optional().describe('Size of the buckets, which begin in tz. Default hour.'),
    top: limitParameter(null, mostGroups, 'The first groups only, in the given order over the whole range'),
    other: otherParameter,
    limit: limitParameter(mostRows, mostRows),
  });
  app.get(
    '/v1/trends',
    {
      schema: {
        operationId: 'trends',
        summary: 'Counts and rates by time, empty buckets included',
        tags: ['counts'],
        querystring,
        response: { ...responses(answerRows), 304: notModified, 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async (request, reply) => {
      const { query } = request;
      const { bucket = 'hour' } = query;
      const limit = parseLimit(query.limit, mostRows, mostRows);
      const top = parseLimit(query.top, null, mostGroups, 'top');
      const parsed = parseMeasured(query);
      const hasOther = parseOther(query.other, parsed, top);
      const asked = await readQuestion(parts, query, reply);
      assertBucketsFit(asked.range, bucket);
      const { selection, timeZone, range } = asked;
      const measured = { ...parsed, measures: markedMeasures(parsed, selection) };
      const wanted = { ...measured, selection, timeZone, bucket, limit: top ?? mostGroups + 1 };
      const comparison = comparisonOf(query.compare, range, timeZone);
      const question = { about: [wanted, limit, hasOther], comparison };
      if (await isUnchanged(parts, asked, question, [request, reply])) return reply.code(304).send(null);
      const { options } = asked;
      const read = async () => {
        const [buckets, groups, counted, earlier, others] = await Promise.all([
          readBucketStarts(asked.store, { range, size: bucket, timeZone }, options),
          measured.groupBy.length === 0 ? [{}] : readAggregate(asked.store, wanted, options),
          readSeries(asked.store, wanted, options),
          comparison ? readSeries(asked.store, wanted, options, comparison) : null,
          hasOther ? readOtherSeries(asked.store, wanted, comparison, options) : null,
        ]);
        assertRowsFit(groups.length, buckets.length);
        const compared = comparison && earlier ? { counted: earlier, comparison } : null;
        const filled = fillBuckets({ buckets, groups, counted, compared }, measured);
        const rest = others === null ? [] : otherBuckets(others, buckets, comparison, measured);
        const { rows, truncated } = cutTo(byBucket(filled, groups.length, rest), limit);
        return { data: rows, meta: truncated };
      };
      return asked.send({ about: ['trends', question.about], data: madeRows, comparison, read });
    },
  );
}
