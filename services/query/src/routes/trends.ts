import type { TimeRange } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { aggregate, ask, type BucketSize, bucketSizeNames, bucketStarts, bucketsWithin, series } from '@custody/store';
import { z } from 'zod';
import { queryErrors } from '../errors.ts';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { fillBuckets } from './fill-buckets.ts';
import { limitParameter, parseLimit } from './limit.ts';
import { measuredParameters, measuredRow, parseMeasured } from './measured.ts';
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
        response: { ...responses(z.array(measuredRow)), 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const { bucket = 'hour' } = query;
      const measured = parseMeasured(query);
      const limit = parseLimit(query.limit, mostRows, mostRows);
      const top = parseLimit(query.top, null, mostGroups, 'top');
      const asked = await readQuestion(parts, query, reply);
      assertBucketsFit(asked.range, bucket);
      const { selection, timeZone, options } = asked;
      const request = { ...measured, selection, timeZone, bucket, limit: top ?? mostGroups + 1 };
      const [buckets, groups, counted, meta] = await Promise.all([
        ask(parts.store, bucketStarts(asked.range, bucket, timeZone), options),
        measured.groupBy.length === 0 ? [{}] : ask(parts.store, aggregate(request), options),
        ask(parts.store, series(request), options),
        asked.meta(),
      ]);
      if (groups.length > mostGroups) throw tooMany(`group_by: more than ${mostGroups} groups; name the top= ones.`);
      if (groups.length * buckets.length > mostRows) {
        throw tooMany(`${groups.length} groups in ${buckets.length} buckets are more than ${mostRows} rows.`);
      }
      const starts = buckets.map(({ bucket_ms }) => bucket_ms);
      return { data: fillBuckets(starts, groups, counted, measured).slice(0, limit), meta };
    },
  );
}
