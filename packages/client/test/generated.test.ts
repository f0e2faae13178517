import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';

test('the types are what the API’s document says', async () => {
  const root = join(import.meta.dirname, '..');
  const document = JSON.parse(readFileSync(join(root, '../../services/query/openapi.json'), 'utf8'));
  const types = astToString(await openapiTS(document));
  const text = `// Made from services/query/openapi.json; \`vitest run packages/client --update\` makes it anew.\n\n${types}`;
  await expect(text).toMatchFileSnapshot(join(root, 'src', 'generated', 'api.ts'));
});
