import { z } from 'zod';
import { escapeHtml } from './html/html.ts';

const schemaNode = z.looseObject({ type: z.unknown().optional(), enum: z.array(z.unknown()).optional() });
const parameter = z.looseObject({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: schemaNode.optional(),
});
const body = z.looseObject({
  properties: z.record(z.string(), schemaNode.extend({ description: z.string().optional() })).default({}),
  required: z.array(z.string()).default([]),
});
const operation = z.looseObject({
  summary: z.string().optional(),
  parameters: z.array(parameter).default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: body })) }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().optional() })).default({}),
});
const openApi = z.looseObject({
  info: z.looseObject({ title: z.string(), version: z.string(), description: z.string().optional() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

const examples: Readonly<Record<string, string>> = {
  '/v1/decisions': '?decision=deny&from=-24h&limit=20',
  '/v1/aggregate': '?group_by=agent&measures=denials,decisions,deny_rate&from=-30d&top=10',
  '/v1/trends': '?bucket=day&from=-30d&tz=Europe/Berlin&group_by=server&top=5',
  '/v1/agents': '?from=-30d&server=linear',
  '/v1/humans': '?from=-30d',
  '/v1/servers': '?from=-30d',
  '/v1/coverage': '',
  '/v1/reports/compliance': '?from=-7d&tz=Europe/Berlin',
  '/v1/seals': '?from=-7d&state=incomplete',
};

const style = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
code{font-family:ui-monospace,monospace}section{border-top:1px solid #8886;margin-top:2rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8883}td:first-child{white-space:nowrap}`;

function renderParameter({ name, in: place, required, description = '', schema }: z.infer<typeof parameter>): string {
  const choices = schema?.enum === undefined ? '' : ` One of ${schema.enum.join(', ')}.`;
  const note = `${place}${required ? ', required' : ''}`;
  return `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(note)}</td><td>${escapeHtml(description + choices)}</td></tr>`;
}

/** Fields of what is sent, like parameters. */
function fieldsOf({ requestBody }: z.infer<typeof operation>): z.infer<typeof parameter>[] {
  return Object.values(requestBody?.content ?? {}).flatMap(({ schema: { properties, required } }) =>
    Object.entries(properties).map(([name, { description, ...schema }]) => {
      return { name, in: 'body', required: required.includes(name), description, schema };
    }),
  );
}

function renderOperation(path: string, method: string, found: z.infer<typeof operation>): string {
  const { summary = '', responses } = found;
  const parameters = [...found.parameters, ...fieldsOf(found)];
  const example = method === 'get' ? examples[path] : undefined;
  const link =
    example === undefined
      ? ''
      : `<p>Example: <a href="${escapeHtml(path + example)}"><code>${escapeHtml(path + example)}</code></a></p>`;
  const table =
    parameters.length === 0
      ? ''
      : `<table><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr>${parameters.map(renderParameter).join('')}</table>`;
  const statuses = Object.keys(responses).join(', ');
  return `<section id="${escapeHtml(path)}"><h2><code>${method.toUpperCase()} ${escapeHtml(path)}</code></h2><p>${escapeHtml(summary)}</p>${link}${table}<p>Answers: ${escapeHtml(statuses)}</p></section>`;
}

/**
 * The documentation page, made of the OpenAPI document alone: no script, nothing loaded from anywhere, so that it works on
 * a machine without a network.
 */
export function renderDocs(document: unknown): string {
  const { info, paths } = openApi.parse(document);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, found]) => ({ path, method, found })),
  );
  const contents = operations.map(
    ({ path }) => `<li><a href="#${escapeHtml(path)}"><code>${escapeHtml(path)}</code></a></li>`,
  );
  const sections = operations.map(({ path, method, found }) => renderOperation(path, method, found));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)}</title><style>${style}</style></head><body><main><h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1>
<p>${escapeHtml(info.description ?? '')}</p><p>Machine-readable: <a href="/openapi.json"><code>/openapi.json</code></a></p>
<ul>${contents.join('')}</ul>${sections.join('\n')}</main></body></html>
`;
}
