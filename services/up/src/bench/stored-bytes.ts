import { defineQuery, runQuery, type StoreClient } from '@custody/store';
import { z } from 'zod';
import { verify } from './measure.ts';

const partsOfTable = defineQuery({
  name: 'bench.parts',
  sql: `SELECT
    sum(parts.rows) AS stored, sum(bytes_on_disk) AS on_disk, sum(data_uncompressed_bytes) AS uncompressed,
    sum(secondary_indices_compressed_bytes + secondary_indices_marks_bytes) AS indexes,
    sum(marks_bytes + primary_key_size) AS marks
FROM system.parts AS parts
WHERE active AND database = 'custody_internal' AND table = {table:String}`,
  params: z.object({ table: z.string() }),
  row: z.object({
    stored: z.number(),
    on_disk: z.number(),
    uncompressed: z.number(),
    indexes: z.number(),
    marks: z.number(),
  }),
});
export type StoredBytes = z.infer<typeof partsOfTable.row>;

const columnsOfTable = defineQuery({
  name: 'bench.columns',
  sql: `SELECT column AS name, sum(column_data_compressed_bytes) AS bytes
FROM system.parts_columns
WHERE active AND database = 'custody_internal' AND table = {table:String}
GROUP BY column`,
  params: z.object({ table: z.string() }),
  row: z.object({ name: z.string(), bytes: z.number() }),
});

const partitionsOfTable = defineQuery({
  name: 'bench.partitions',
  sql: `SELECT DISTINCT partition_id AS id
FROM system.parts
WHERE active AND database = 'custody_internal' AND table = {table:String}
ORDER BY id`,
  params: z.object({ table: z.string() }),
  row: z.object({ id: z.string() }),
});

type Table = 'decisions' | 'entries';

/** Brings each month of a table into one part, as it is some time after its last row. */
export async function mergeWhole(client: StoreClient, table: Table): Promise<void> {
  for (const { id } of await runQuery(client, partitionsOfTable, { table })) {
    const sql = `OPTIMIZE TABLE custody_internal.${table} PARTITION ID {id:String} FINAL`;
    await client.command('bench.merge', sql, { id }, { timeoutMs: 600_000 });
  }
}

/** What a table takes on disk, all of it, bytes; `stored` in rows. */
export async function bytesOf(client: StoreClient, table: Table): Promise<StoredBytes> {
  const [found] = await runQuery(client, partsOfTable, { table });
  verify(found !== undefined && found.stored > 0, `The store has no ${table}.`);
  return found;
}

/** Bytes of each column's data, by name. */
export async function columnBytesOf(client: StoreClient, table: Table): Promise<ReadonlyMap<string, number>> {
  const columns = await runQuery(client, columnsOfTable, { table });
  return new Map(columns.map(({ name, bytes }) => [name, bytes]));
}
