import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { endWithToken } from '../access/while-current.ts';
import { attachment } from '../export/export-headers.ts';
import type { ExportSlots } from '../export/export-slots.ts';
import { commonParameters } from '../filters/parameters.ts';
import { parseRange } from '../filters/parse-time.ts';
import { parseTimeZone } from '../filters/time-zone.ts';
import { problemDocument } from '../http/problem.ts';
import { scopeOf } from '../report/scope.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

const archiveType = 'application/zip';

/** `GET /v1/reports/compliance`. */
export function addComplianceReport(app: App, parts: RouteParts, slots: ExportSlots): void {
  const { from, to, tz, env, agent, human, server } = commonParameters;
  const querystring = z.strictObject({
    from: from.describe(from.description?.replace('-24h.', '-30d.') ?? ''),
    to,
    env,
    agent,
    human: human.describe(
      'Human, by key, bare id, e-mail or name. What only may be theirs is in the report too, apart',
    ),
    server,
    tz: tz.describe('IANA time zone of the page, of today and of dates. Default UTC.'),
  });
  const { 200: _, ...problems } = responses(z.null());
  app.get(
    '/v1/reports/compliance',
    {
      schema: {
        operationId: 'complianceReport',
        summary:
          'A zip for auditors: a printable page (totals, denials with what would have let them pass, agents, humans, changes of access, certainty, gaps), the decisions as CSV and Parquet, changes as CSV, and a manifest with SHA-256 of each file; streamed',
        tags: ['reports'],
        querystring,
        response: {
          200: { content: { [archiveType]: { schema: z.string() } } },
          ...problems,
          409: problemDocument,
          429: problemDocument,
        },
      },
      config: { knownParameters: Object.keys(querystring.shape), access: 'export' },
      // An answer without its body would make the report for nothing.
      exposeHeadRoute: false,
    },
    async ({ query }, reply) => {
      slots.take(reply);
      // In memory only where somebody wants one.
      const { beginReport, streamReport } = await import('../report/compliance-report.ts');
      const caller = callerOf(reply);
      // Who sees what is surely some humans' sees nothing of what only may be theirs.
      const asksForPossible = query.human !== undefined && caller.scope.humans === null;
      const parameters = { from: '-30d', ...query, ...(asksForPossible ? { include: 'possible' as const } : {}) };
      const range = parseRange(parameters, parts.clock.now(), parseTimeZone(parameters.tz ?? 'UTC'));
      const asked = await readQuestion(parts, parameters, reply, range);
      const begun = await beginReport({ ...parts, caller }, asked, scopeOf(query, asked.selection, asked.timeZone));
      const { fromMs, toMs } = asked.range;
      const about = {
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        ...(begun.isDemo ? { demo: true as const } : {}),
      };
      reply.headers({
        ...{ 'x-custody-from': about.from, 'x-custody-to': about.to },
        ...{ 'x-custody-proven': String(begun.proof.isProven), 'x-custody-sealed': String(begun.proof.isSealed) },
        ...(begun.isDemo ? { 'x-custody-demo': 'true' } : {}),
        ...attachment('report', about, 'zip'),
      });
      reply.type(archiveType);
      // A stream: nothing that the schema could make into text.
      return reply.send(endWithToken(caller, streamReport({ ...parts, caller }, begun)) as never);
    },
  );
}
