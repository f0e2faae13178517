import type { EntryRecord } from './entry-source.ts';
import type { Json } from './facts.ts';
import { hyphened } from './ids.ts';
import { mix32 } from './rng.ts';
import { microTime } from './time-text.ts';
import type { Variants } from './variants.ts';

/** The entry's text as the list serves it: verbatim, unless a variant asks for another shape. */
export function servedText(entry: EntryRecord, variants: Variants, nonce: number): string {
  const { bulk, createdAtOnList, idForm, inputOnList, rawDataOnList } = variants;
  const isReshaped = !rawDataOnList || inputOnList || createdAtOnList !== 'some' || (bulk === 'one' && entry.isBulk);
  const text = isReshaped ? JSON.stringify(reshaped(entry, variants)) : entry.text();
  return idForm === 'stable' ? text : withOtherId(text, entry, nonce);
}

function reshaped(entry: EntryRecord, { bulk, createdAtOnList, inputOnList, rawDataOnList }: Variants): Json {
  const listed = JSON.parse(entry.text()) as Json;
  const { created_at, input, raw_data, result, ...rest } = bulk === 'one' && entry.isBulk ? asOneCall(listed) : listed;
  const log = (raw_data ?? {}) as Json;
  const createdAt = created_at ?? microTime(Math.max(entry.visibleAtMs * 1000, entry.micros));
  const keepsOwn = rawDataOnList && !inputOnList;
  return {
    ...rest,
    ...(createdAtOnList === 'always' && { created_at: createdAt }),
    ...(createdAtOnList === 'some' && created_at !== undefined && { created_at }),
    ...(rawDataOnList && raw_data !== undefined && { raw_data }),
    ...(inputOnList && { input: input ?? log.input ?? null, result: result ?? log.result ?? null }),
    ...(keepsOwn && input !== undefined && { input }),
    ...(keepsOwn && result !== undefined && { result }),
  };
}

/** A bulk call as one entry: the checks are in the engine's log only. */
function asOneCall({ action, decision, reason, resource_type, ...rest }: Json): Json {
  const log = (rest.raw_data ?? {}) as Json;
  const checks = [log.input ?? { action, resource: { type: resource_type } }];
  return {
    ...rest,
    decision: null,
    raw_data: { ...log, input: { checks }, result: { allow: [log.result ?? decision] } },
  };
}

/** The same text with the id in a form that changes from request to request. */
function withOtherId(text: string, { id }: EntryRecord, nonce: number): string {
  const [plain, dashed] = [`"${id}"`, `"${hyphened(id)}"`];
  const isPlain = mix32(Number.parseInt(id.slice(-8), 16) ^ mix32(nonce)) % 2 === 0;
  return text.replace(isPlain ? dashed : plain, isPlain ? plain : dashed);
}
