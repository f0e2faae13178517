import { parseJson } from '@custody/decision';

/** A log, as far as the newest value of each key is read here. */
export interface CompactedLog {
  latest(topic: string): Promise<{ readonly records: ReadonlyMap<string, { readonly value: Uint8Array | null }> }>;
}

interface Schema<Value> {
  safeParse(value: unknown): { readonly success: true; readonly data: Value } | { readonly success: false };
}

/** The newest value of each key. What is not understood is left to whoever reads the topic in order. */
export async function readValues<Value>(
  log: CompactedLog,
  topic: string,
  schema: Schema<Value>,
): Promise<Map<string, Value>> {
  const { records } = await log.latest(topic);
  const values = [...records].flatMap(([key, { value }]): [string, Value][] => {
    const parsed = schema.safeParse(parseJson(value));
    return parsed.success ? [[key, parsed.data]] : [];
  });
  return new Map(values);
}
