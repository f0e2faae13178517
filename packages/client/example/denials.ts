import { createCustodyClient } from '@custody/client';

/** The tools that were denied most often in a range, and what the answer says of itself. */
export async function mostDenied(url: string, from: string, to: string): Promise<string[]> {
  const client = createCustodyClient({ url, ...(process.env.CUSTODY_TOKEN && { token: process.env.CUSTODY_TOKEN }) });
  const { data, error } = await client.GET('/v1/aggregate', {
    params: { query: { from, to, measures: 'denials', group_by: 'server,tool', top: '3' } },
  });
  if (error !== undefined) throw new Error(`${error.code}: ${error.detail} ${error.remedy}`);
  const proven = data.meta.proven ? 'proven' : `${data.meta.blind_seconds} s are not proven`;
  return [...data.data.map(({ server, tool, denials }) => `${denials} × ${server} ${tool}`), proven];
}

if (import.meta.main) {
  const lines = await mostDenied(process.env.CUSTODY_URL ?? 'http://127.0.0.1:4800', '-24h', 'now');
  process.stdout.write(`${lines.join('\n')}\n`);
}
