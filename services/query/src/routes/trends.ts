import type { TimeRange } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import {
  ask,
  type BucketSize,
  bucketSizeNames,
  bucketStarts,
  bucketsWithin,
  readAggregate,
  readSeries,
} from '@custody/store';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';
import { comparisonOf } from '../filters/comparison.ts';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { isUnchanged, notModified } from '../http/validator.ts';
import { fillBuckets } from './fill-buckets.ts';
import { limitParameter, parseLimit } from './limit.ts';
import { markedMeasures, measuredParameters, measuredRow, parseMeasured } from './measured.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

const mostBuckets = 10_000;
const mostRows = 50_000;
const mostGroups = 1_000;

function tooMany(detail: string): CustodyError {
  return new CustodyError(queryErrors.QUERY_TOO_MANY_BUCKETS, detail, { fields: { parameter: 'bucket' } });
}

function assertBucketsFit(range: TimeRange, bucket: BucketSize): void {
  const count = bucketsWithin(range, bucket);
  if (count > mostBuckets)
    throw tooMany(`bucket: the range holds ${count} of them, and an answer ${mostBuckets} at most.`);
}

/** `GET /v1/trends`. */
export function addTrends(app: App, parts: RouteParts): void {
  const querystring = z.strictObject({
    ...commonParameters,
    ...measuredParameters,
    bucket: z.enum(bucketSizeNames).optional().describe('Size of the buckets, which begin in tz. Default hour.'),
    top: limitParameter(null, mostGroups, 'The first groups only, in the given order over the whole range'),
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
        response: { ...responses(z.array(measuredRow)), 304: notModified, 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async (request, reply) => {
      const { query } = request;
      const { bucket = 'hour' } = query;
      const limit = parseLimit(query.limit, mostRows, mostRows);
      const top = parseLimit(query.top, null, mostGroups, 'top');
      const parsed = parseMeasured(query);
      const asked = await readQuestion(parts, query, reply);
      assertBucketsFit(asked.range, bucket);
      const { selection, timeZone, range } = asked;
      const measured = { ...parsed, measures: markedMeasures(parsed, selection) };
      const wanted = { ...measured, selection, timeZone, bucket, limit: top ?? mostGroups + 1 };
      const comparison = comparisonOf(query.compare, range, timeZone);
      const question = { about: [wanted, limit], comparison };
      if (await isUnchanged(parts, asked, question, [request, reply])) return reply.code(304).send(null);
      const { options } = asked;
      const reading = Promise.all([
        ask(asked.store, bucketStarts(range, bucket, timeZone), options),
        measured.groupBy.length === 0 ? [{}] : readAggregate(asked.store, wanted, options),
        readSeries(asked.store, wanted, options),
        comparison ? readSeries(asked.store, wanted, options, comparison) : null,
      ]);
      const { found, meta } = await asked.answer(reading, comparison);
      const [starts, groups, counted, earlier] = found;
      if (groups.length > mostGroups) throw tooMany(`group_by: more than ${mostGroups} groups; name the top= ones.`);
      if (groups.length * starts.length > mostRows) {
        throw tooMany(`${groups.length} groups in ${starts.length} buckets are more than ${mostRows} rows.`);
      }
      const buckets = starts.map(({ bucket_ms }) => bucket_ms);
      const compared = comparison && earlier ? { counted: earlier, comparison } : null;
      return { data: fillBuckets({ buckets, groups, counted, compared }, measured).slice(0, limit), meta };
    },
  );
}
