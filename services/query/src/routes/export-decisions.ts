import type { IncomingMessage } from 'node:http';
import { readExpiredRange, walkDecisions } from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { endWithToken, whileCurrent } from '../access/while-current.ts';
import { decisionColumns } from '../export/decision-columns.ts';
import { attachment, metaHeaders } from '../export/export-headers.ts';
import type { ExportSlots } from '../export/export-slots.ts';
import { exportStream } from '../export/export-stream.ts';
import { answerFormats, encoderOf, exportFormatOf, mediaTypes } from '../export/format.ts';
import { commonParameters } from '../filters/parameters.ts';
import { parseRange } from '../filters/parse-time.ts';
import { parseTimeZone } from '../filters/time-zone.ts';
import { addVary } from '../http/vary.ts';
import { parseLimit } from './limit.ts';
import { type App, type RouteParts, readQuestion } from './route.ts';

/**
 * Rows of one statement: some six megabytes as text and as objects, of which two are kept. 2,500 gave a fifth more rows a second,
 * and 20 MiB more to the service's memory.
 */
const pageRows = 1_500;
const mostRows = 999_999_999;

/** How the router tells exports from pages: they are two operations at one path. */
export const exportConstraint = 'export';

function wantsExport({ url = '', headers }: IncomingMessage): boolean {
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  return exportFormatOf(query.get('format'), headers.accept) !== null;
}

/** Lets routes at one path differ by whether an export is asked for. Must be called before such routes are added. */
function addConstraint(app: App): void {
  app.addConstraintStrategy({
    name: exportConstraint,
    storage: () => {
      const handlers = new Map<unknown, unknown>();
      return {
        get: (key: unknown) => handlers.get(key) ?? null,
        set: (key: unknown, handler: unknown) => {
          handlers.set(key, handler);
        },
      } as never;
    },
    validate: () => true,
    deriveConstraint: (request: IncomingMessage) => wantsExport(request),
    mustMatchWhenDerived: false,
  } as never);
}

/** `GET /v1/decisions` as CSV, NDJSON or Parquet. The list of pages documents it: one path is one operation there. */
export function addExportOfDecisions(app: App, parts: RouteParts, slots: ExportSlots): void {
  addConstraint(app);
  const querystring = z.strictObject({
    ...commonParameters,
    format: z.enum(answerFormats).optional(),
    limit: z.string().optional(),
  });
  app.get(
    '/v1/decisions',
    {
      schema: { hide: true, querystring },
      config: { knownParameters: Object.keys(querystring.shape), access: 'export' },
      constraints: { [exportConstraint]: true },
      // An answer without its body would read everything for nothing.
      exposeHeadRoute: false,
    },
    async ({ query, headers }, reply) => {
      const format = exportFormatOf(query.format, headers.accept) ?? 'csv';
      const limit = parseLimit(query.limit, null, mostRows);
      slots.take(reply);
      const range = parseRange(query, parts.clock.now(), parseTimeZone(query.tz ?? 'UTC'));
      const asked = await readQuestion(parts, query, reply, range);
      const walk = { selection: asked.selection, pageRows, ...(limit === null ? {} : { mostRows: limit }) };
      const pages = whileCurrent(callerOf(reply), walkDecisions(asked.store, walk, asked.options));
      // Whatever fails before the first row is answered as a problem.
      const read = Promise.all([pages.next(), readExpiredRange(asked.store, asked.selection, asked.options)]);
      const { found, meta } = await asked.answer(read);
      const [first, expired] = found;
      const iso = (ms: number) => new Date(ms).toISOString();
      const told = expired === null ? meta : { ...meta, expired: { from: iso(expired.fromMs), to: iso(expired.toMs) } };
      const about = {
        'custody.from': meta.from,
        'custody.to': meta.to,
        ...(meta.demo ? { 'custody.demo': 'true' } : {}),
      };
      const encoder = await encoderOf(format, decisionColumns, about);
      reply.headers({ ...metaHeaders(told), ...attachment('decisions', told, format) });
      addVary(reply, 'Accept');
      reply.type(mediaTypes[format]);
      const stream = exportStream(first.value ?? [], pages, encoder);
      return reply.send(endWithToken(callerOf(reply), stream));
    },
  );
}
