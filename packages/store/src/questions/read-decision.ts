import { hourMs, hourOf } from '@custody/decision';
import type { z } from 'zod';
import type { StatementOptions, StoreClient } from '../client.ts';
import { believedMs } from '../plan/answer-memory.ts';
import { type SealBook, sealBookOf } from '../plan/seal-book.ts';
import { UnderWay } from '../plan/under-way.ts';
import { runQuery } from '../query.ts';
import { RecentlyUsed } from '../recently-used.ts';
import { decisionById, entryOfDecision, type wholeDecisionRow } from './decision-by-id.ts';
import { type GrantBehind, readGrantsBehind } from './grants-behind.ts';
import { readSealOfHour, type SealOfHour } from './hour-seal.ts';
import { ask } from './question.ts';
import type { Scope } from './scope.ts';

/** All that is stored about one decision. Not to be changed: others are told the same. */
export interface DecisionReading {
  readonly row: z.infer<typeof wholeDecisionRow>;
  /** `undefined` where it is not kept. */
  readonly entry: z.infer<typeof entryOfDecision.row> | undefined;
  readonly grants: readonly GrantBehind[];
  /** Of its hour. */
  readonly seal: SealOfHour;
}

interface KeptReading {
  readonly reading: DecisionReading;
  /** All that it rests on, as a text; `null` where that is not known: then only where it is stored is, which never changes. */
  readonly basis: string | null;
  readonly readAtMs: number;
}

type Statement = StatementOptions & {
  /** It has all that was stored before, by `performance.now()`. Default: before it is asked for. */
  readonly sinceMs?: number;
};

/** Characters, about: two or three hundred decisions. */
const mostTogether = 1_000_000;

interface Memory {
  readonly kept: RecentlyUsed<KeptReading>;
  readonly underWay: UnderWay<DecisionReading | 'none'>;
}

const memories = new WeakMap<StoreClient, Memory>();

function memoryOf(client: StoreClient): Memory {
  const known = memories.get(client) ?? {
    kept: new RecentlyUsed<KeptReading>({ mostSize: mostTogether }),
    underWay: new UnderWay<DecisionReading | 'none'>(),
  };
  memories.set(client, known);
  return known;
}

/**
 * What a decision's row, grants, entry and seal rest on as far as the book knows: its hour, of which something is said before any row
 * of it is stored or changed, and the tables of the rest.
 */
function basisOf(book: SealBook, row: DecisionReading['row']): string {
  const startMs = hourOf(row.occurred_at_ms);
  return JSON.stringify([book.generation, row.env_id, startMs, book.hour(row.env_id, startMs), book.told]);
}

async function readBeside(
  client: StoreClient,
  row: DecisionReading['row'],
  { scope, statement }: { readonly scope: Scope; readonly statement: Statement },
): Promise<DecisionReading> {
  const { sinceMs, ...own } = statement;
  // What is half read goes first: others may wait for it.
  const options = { ...own, isShared: true };
  const { env_id, occurred_at_ms, decision_id: id } = row;
  const hour = { envId: env_id, startMs: hourOf(occurred_at_ms) };
  const [[entry], grants, seal] = await Promise.all([
    runQuery(client, entryOfDecision, { env_id, occurred_at_ms, id }, options),
    readGrantsBehind(client, row, scope, options),
    readSealOfHour(client, hour, { ...options, ...(sinceMs !== undefined && { sinceMs }) }),
  ]);
  return { row, entry, grants, seal };
}

/**
 * One decision with its grants, its entry and the seal of its hour, where the scope shows it. It is kept for whoever asks for it next,
 * as long as nothing was said of its hour and nothing written of the rest, which is looked at each time. Throws `STORE_*`.
 */
export function readDecision(
  client: StoreClient,
  id: string,
  scope: Scope,
  { sinceMs = performance.now(), ...options }: Statement = {},
): Promise<DecisionReading | 'none'> {
  const { kept, underWay } = memoryOf(client);
  const book = sealBookOf(client);
  const key = JSON.stringify([id, scope]);
  const remembered = () => {
    const known = kept.get(key);
    if (known === undefined) return null;
    const isRight =
      known.basis === basisOf(book, known.reading.row) && performance.now() - known.readAtMs <= believedMs;
    return isRight ? known.reading : null;
  };
  const recall = async () => {
    const reading = remembered();
    if (reading === null) return null;
    const startMs = hourOf(reading.row.occurred_at_ms);
    await book.refresh({ fromMs: startMs, toMs: startMs + hourMs }, options, sinceMs);
    return remembered();
  };
  const read = async () => {
    const readAtMs = performance.now();
    const place = kept.peek(key)?.reading.row;
    const before = place && basisOf(book, place);
    const { words, told, generation } = book;
    const [row] = await ask(client, decisionById(id, scope), options);
    if (row === undefined) return 'none';
    const startMs = hourOf(row.occurred_at_ms);
    const wasKnown = book.knows({ fromMs: startMs, toMs: startMs + hourMs });
    const reading = await readBeside(client, row, { scope, statement: { ...options, sinceMs } });
    const basis = basisOf(book, row);
    // Which hour it is in is known only by now, the first time: then nothing at all may have been found to be new meanwhile.
    const isNothingNew = book.words === words && book.told === told && book.generation === generation;
    const isSure = wasKnown && (before === basis || isNothingNew);
    // An entry that is not there yet may come.
    const isLasting = isSure && reading.entry !== undefined;
    kept.set(key, { reading, basis: isLasting ? basis : null, readAtMs }, JSON.stringify(reading).length);
    return reading;
  };
  return underWay.answer(key, { sinceMs, recall, read });
}
