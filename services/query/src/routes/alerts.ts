import { canonicalUuid, passesFilter } from '@custody/decision';
import { type AlertsWanted, actionsLastMs, alertCounts, alertsPage, ask, readAlertActions } from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { alertParameters, parseAlertFilters } from '../alerts/alert-filters.ts';
import { alertListed, alertOf } from '../alerts/alert-row.ts';
import { answerMeta } from '../answer/answer-meta.ts';
import { parseRange } from '../filters/parse-time.ts';
import { environmentMatcher } from '../filters/selection.ts';
import { parseTimeZone } from '../filters/time-zone.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.ts';
import { limitParameter, parseLimit } from './limit.ts';
import { type App, type RouteParts, responses } from './route.ts';

const counted = z.record(z.string(), z.number());

const alertsMeta = answerMeta
  .extend({
    counts: z
      .object({ status: counted, severity: counted })
      .describe('Alerts of each status, whatever status is asked for, and of each severity likewise'),
  })
  .meta({ id: 'AlertsMeta' });

type Count = z.infer<ReturnType<typeof alertCounts>['query']['row']>;

/** Each by the other filters only, so that a page can offer what there is beside what it shows. */
function countsOf(counts: readonly Count[], { filters }: AlertsWanted) {
  const sums = (of: 'status' | 'severity', other: 'status' | 'severity') => {
    const found: Record<string, number> = {};
    for (const count of counts) {
      if (!passesFilter(filters[other] ?? [], [count[other]])) continue;
      found[count[of]] = (found[count[of]] ?? 0) + count.alerts;
    }
    return found;
  };
  return { status: sums('status', 'severity'), severity: sums('severity', 'status') };
}

/** `GET /v1/alerts`. */
export function addAlerts(app: App, { clock }: RouteParts): void {
  const querystring = z.strictObject({
    ...alertParameters,
    limit: limitParameter(100, 1000),
    cursor: z.string().max(1000).optional().describe('meta.next of the page before; its range stays as it was'),
  });
  const answer = responses(z.array(alertListed));
  app.get(
    '/v1/alerts',
    {
      schema: {
        operationId: 'listAlerts',
        summary: 'Alerts that were active in the range, those that opened last first',
        tags: ['alerts'],
        querystring,
        response: {
          ...answer,
          200: z.object({ data: z.array(alertListed), meta: alertsMeta }),
          409: problemDocument,
        },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const startedAt = performance.now();
      const { store, answers, scope } = callerOf(reply);
      const limit = parseLimit(query.limit, 100, 1000);
      const fingerprint = fingerprintOf(query, scope);
      const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor, fingerprint, canonicalUuid);
      const timeZone = parseTimeZone(query.tz ?? 'UTC');
      const range = cursor?.range ?? parseRange({ from: query.from ?? '-7d', to: query.to }, clock.now(), timeZone);
      const options = answers.statement(clientSignal(reply));
      const wanted = await parseAlertFilters(query, { store, scope, range, options });
      const after = cursor && { openedAtMs: cursor.after.occurredAtMs, alertId: cursor.after.id };
      const { status: _, severity: __, ...others } = wanted.filters;
      const reading = Promise.all([
        // One more than asked for tells whether there is a next page.
        ask(store, alertsPage(wanted, after, limit + 1), options),
        ask(store, alertCounts({ ...wanted, filters: others }), options),
        readAlertActions(store, clock.now() - actionsLastMs, options),
      ]);
      const about = { range, startedAt, isAsked: environmentMatcher(query.env) };
      const { found, meta } = await answers.answer(reading, about);
      const [rows, counts, actions] = found;
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      const next = last && { range, fingerprint, after: { occurredAtMs: last.openedAtMs, id: last.alertId } };
      return {
        data: page.map((row) => alertOf(row, actions, scope)),
        meta: { ...meta, levels: [], next: next ? encodeCursor(next) : null, counts: countsOf(counts, wanted) },
      };
    },
  );
}
