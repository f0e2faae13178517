import { DecisionBlock, type DecisionRow, type StoreClient, writeDecisions } from '@custody/store';
import type { TemporaryStore } from './temporary-store.ts';

/** A statement as `writeDecisions` sends it. */
export interface RawInsert {
  readonly into: string;
  readonly body: Uint8Array;
}

export interface RawInsertsOptions {
  readonly rowsPerBatch: number;
  readonly keepEntries?: boolean;
}

/** The statements for these rows, without sending them: the bytes that the engine itself takes. */
export async function rawInserts(
  client: StoreClient,
  rows: readonly DecisionRow[],
  { rowsPerBatch, keepEntries = true }: RawInsertsOptions,
): Promise<RawInsert[]> {
  const inserts: RawInsert[] = [];
  const insertBlock: StoreClient['insertBlock'] = async (_name, table, block) => {
    if (block.rows === 0) return;
    inserts.push({
      into: `${table} (${block.names.join(', ')}) FORMAT Native`,
      body: Buffer.concat([...block.pieces()]),
    });
  };
  for (let at = 0; at < rows.length; at += rowsPerBatch) {
    await writeDecisions({ ...client, insertBlock }, DecisionBlock.of(rows.slice(at, at + rowsPerBatch)), {
      keepEntries,
    });
  }
  return inserts;
}

/** Sends them past our client, one after the other. */
export async function sendRaw(store: TemporaryStore, inserts: readonly RawInsert[]): Promise<void> {
  for (const { into, body } of inserts) await store.insertRaw(into, body);
}
