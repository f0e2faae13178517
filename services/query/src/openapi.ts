import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

const description =
  `Decisions of AI agents' tool calls, and the humans behind them. Times are RFC 3339; ranges are half-open
(from ≤ t < to). Every answer is { data, meta }; meta says what is proven of the range. Errors are problem documents
(RFC 9457) with a stable code.`.replaceAll('\n', ' ');

const meanings: Readonly<Record<string, string>> = {
  200: 'The answer',
  304: 'The answer is still the one that If-None-Match names',
  400: 'A parameter that the operation does not have, or a value that cannot be understood',
  201: 'It was made',
  202: 'It was asked for, and is not done yet',
  401: 'No token, or one that is not valid',
  403: 'The token does not allow it, or no token is asked for and the name is not this machine’s own',
  404: 'There is no such thing',
  409: 'A name that several have, whose matches are listed, or what is asked cannot be done as things stand',
  412: 'What If-Match or If-None-Match asks for is not so any more',
  422: 'What is asked takes more than one answer may',
  429: 'The token has used what it may for now, or as many exports as may be at once are under way; see Retry-After',
  503: 'The store does not answer; see Retry-After',
  default: 'Any other failure',
};

const body = z.looseObject({ schema: z.unknown() });
const response = z.looseObject({ content: z.record(z.string(), body).optional() });
const jsonBody = z.looseObject({
  content: z.looseObject({
    'application/json': z.looseObject({ schema: z.looseObject({ anyOf: z.array(z.looseObject({})).optional() }) }),
  }),
});
const operation = z.looseObject({ requestBody: jsonBody.optional(), responses: z.record(z.string(), response) });
const document = z.looseObject({
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

/** A body that may be null may be left out. */
function finishedBody(given: z.infer<typeof jsonBody> | undefined): { requestBody?: object } {
  if (given === undefined) return {};
  const { anyOf = [] } = given.content['application/json'].schema;
  const some = anyOf.filter(({ type }) => type !== 'null');
  if (some.length === anyOf.length) return { requestBody: given };
  const schema = some.length === 1 ? some[0] : { anyOf: some };
  return { requestBody: { required: false, content: { 'application/json': { schema } } } };
}

function finishedResponse([status, { content = {}, ...rest }]: [string, z.infer<typeof response>]) {
  if (status === '304') return [status, { description: meanings[status] }] as const;
  const isProblem = !status.startsWith('2');
  const bodies = isProblem ? { 'application/problem+json': content['application/json'] } : content;
  return [status, { ...rest, description: meanings[status] ?? status, content: bodies }] as const;
}

/**
 * What the generator cannot know: problems have a media type of their own, any operation can fail otherwise, and each schema
 * is needed once, as it is answered.
 */
function finished(generated: unknown): object {
  const { components, paths, ...rest } = document.parse(generated);
  const problem = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  const operations = Object.entries(paths).map(([path, methods]) => {
    const own = Object.entries(methods).map(([method, { responses, requestBody, ...rest }]) => {
      const all = Object.entries({ ...responses, default: problem }).map(finishedResponse);
      return [method, { ...rest, ...finishedBody(requestBody), responses: Object.fromEntries(all) }] as const;
    });
    return [path, Object.fromEntries(own)] as const;
  });
  const schemas = Object.entries(components.schemas).filter(([name]) => !name.endsWith('Input'));
  return {
    ...rest,
    components: { ...components, schemas: Object.fromEntries(schemas) },
    paths: Object.fromEntries(operations),
  };
}

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
        { name: 'alerts', description: 'What stood out, and who is told of it' },
        { name: 'reports', description: 'Files for auditors' },
        { name: 'tokens', description: 'Who may ask' },
      ],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of `custody token create`, or the configured one',
          },
        },
      },
      security: [{}, { token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (parts) => finished(jsonSchemaTransformObject(parts)),
  });
}
