import { z } from 'zod';

const parameter = z.object({
  name: z.string(),
  in: z.enum(['query', 'path', 'header']),
  required: z.boolean().default(false),
  description: z.string().default(''),
  schema: z.looseObject({ enum: z.array(z.string()).optional() }),
});
export type ApiParameter = z.infer<typeof parameter>;

const operation = z.object({
  operationId: z.string(),
  parameters: z.array(parameter).default([]),
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).default({}) })),
});

/** An operation as the document has it. */
export interface ApiOperation extends z.infer<typeof operation> {
  readonly path: string;
  readonly method: string;
}

const apiDocument = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** Every operation of an OpenAPI document. */
export function operationsOf(document: unknown): ApiOperation[] {
  return Object.entries(apiDocument.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, of]) => ({ ...of, path, method })),
  );
}
