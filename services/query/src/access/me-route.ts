import { z } from 'zod';
import { problemDocument } from '../http/problem.ts';
import type { App } from '../routes/route.ts';
import { callerOf } from './caller.ts';
import { accessLevels } from './levels.ts';

const me = z
  .object({
    name: z.string().describe('Of the token'),
    scope: z.enum(accessLevels),
    is_open: z.boolean().describe('No token is asked for: the service answers whoever is at its machine'),
    env: z.array(z.string()).nullable().describe('Ids of the environments that it is restricted to; null: all'),
    server: z.array(z.string()).nullable(),
    human: z.array(z.string()).nullable().describe('Keys'),
    demo: z.boolean().describe('Simulated decisions, no real ones'),
    permit_app: z
      .string()
      .nullable()
      .describe(
        "Address in Permit's own app, with {environment} (its id), {kind} (agent, human, server) and {key} where they belong; null: no links, as in a demo, of which Permit knows nothing",
      ),
  })
  .meta({ id: 'Me' });

/** `GET /v1/me`: who asks and what that allows, for pages that offer no more. `permitApp`: where links to Permit lead. */
export function addMe(app: App, permitApp: string | null): void {
  app.get(
    '/v1/me',
    {
      schema: {
        operationId: 'getMe',
        summary: 'Who asks, and what that allows',
        tags: ['tokens'],
        querystring: z.strictObject({}),
        response: {
          200: z.object({ data: me, meta: z.object({ elapsed_ms: z.number() }) }),
          ...{ 400: problemDocument, 401: problemDocument, 403: problemDocument },
          ...{ 429: problemDocument, 503: problemDocument },
        },
      },
      config: { knownParameters: [] },
    },
    async (_request, reply) => {
      const startedAt = performance.now();
      const { name, level, isLocal, scope, answers } = callerOf(reply);
      const demo = await answers.isDemo();
      const copy = (values: readonly string[] | null) => values && [...values];
      const may = { env: copy(scope.envIds), server: copy(scope.servers), human: copy(scope.humans) };
      return {
        data: { name, scope: level, is_open: isLocal, ...may, demo, permit_app: demo ? null : permitApp },
        meta: { elapsed_ms: Math.round((performance.now() - startedAt) * 10) / 10 },
      };
    },
  );
}
