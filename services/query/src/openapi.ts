import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

const description =
  `Decisions of AI agents' tool calls, and the humans behind them. Times are RFC 3339; ranges are half-open
(from ≤ t < to). Every answer is { data, meta }; meta says what is proven of the range. Errors are problem documents
(RFC 9457) with a stable code.`.replaceAll('\n', ' ');

/** Has the OpenAPI document made of the routes' schemas. Must be registered before the routes. */
export async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Custody API', version: '1.0.0', description },
      tags: [
        { name: 'decisions', description: 'Single decisions' },
        { name: 'counts', description: 'Counts and rates' },
        { name: 'entities', description: 'Agents, humans and servers' },
        { name: 'coverage', description: 'What is proven' },
      ],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}
