import { type ChainRow, chainRelations, readChains } from '@custody/store';
import { z } from 'zod';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { cutTo, limitParameter, parseLimit } from './limit.ts';
import { type App, type RouteParts, readQuestion, responses } from './route.ts';

const mostRows = 10_000;

const chain = z.object({
  agent: z.string().describe('Key of whoever called, a human too'),
  agent_name: z.string(),
  human: z.string().describe('Key of the human who had authorized it; empty where that is not exactly one'),
  human_name: z.string(),
  human_email: z.string(),
  relation: z
    .enum(chainRelations)
    .describe(
      'own: the human called; authorized: the agent acted for this human; possible: for one of several who fit; unknown: for nobody that is known; none: no human is involved',
    ),
  server: z.string(),
  decisions: z.number(),
  allowed: z.number(),
  denied: z.number(),
  undecided: z.number().describe('The source does not say'),
  exact: z.number().describe('Of the decisions: those whose human is known for certain (attribution exact)'),
  tools: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
});

function publicChain({ agent_key: agent, human_key: human, ...row }: ChainRow): z.infer<typeof chain> {
  return { agent, human, ...row };
}

/** `GET /v1/chains`. */
export function addChains(app: App, parts: RouteParts): void {
  const querystring = z.strictObject({ ...commonParameters, limit: limitParameter(1_000, mostRows) });
  app.get(
    '/v1/chains',
    {
      schema: {
        operationId: 'listChains',
        summary:
          'Who called which server for whom, allowed and denied apart, the busiest first: with server= all who touched it, with human= everything under one human’s authority',
        tags: ['counts'],
        querystring,
        response: { ...responses(z.array(chain)), 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const limit = parseLimit(query.limit, 1_000, mostRows);
      const asked = await readQuestion(parts, query, reply);
      const reading = readChains(asked.store, asked.selection, limit + 1, asked.options);
      const { found, meta } = await asked.answer(reading);
      const { rows, truncated } = cutTo(found, limit);
      return { data: rows.map(publicChain), meta: { ...meta, ...truncated } };
    },
  );
}
