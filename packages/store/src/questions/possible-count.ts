import { z } from 'zod';
import type { StoreClient } from '../client.ts';
import { answerPlanned, type PlanningOptions, type Plans } from '../plan/answer-planned.ts';
import type { Plan } from '../plan/plan.ts';
import { sourceSql } from '../plan/source-sql.ts';
import { Binder, question } from './question.ts';
import type { Selection } from './selection.ts';

/** How many decisions may be the asked human's although it is not known. Throws `STORE_*`. */
export async function readPossibleCount(
  client: StoreClient,
  selection: Selection,
  options: PlanningOptions = {},
): Promise<number> {
  const asked = { ...selection, certainty: 'possible' } as const;
  const ranges = [{ range: selection.range, columns: [], grains: [] }];
  const planning = { key: JSON.stringify(['possible', asked]), selection: asked, timeZone: 'UTC', ranges };
  const compose = ({ plans, selection: rest }: Plans) => {
    const binder = new Binder();
    const source = sourceSql({ plan: plans[0] as Plan, selection: rest, columns: () => [], hasTimes: false }, binder);
    const row = z.object({ possible: z.number() });
    const sql = `SELECT sum(counted) AS possible FROM ${source}`;
    return question('decisions.possible', sql, binder, row);
  };
  const [found] = await answerPlanned(client, planning, options, compose, {
    countings: [{ groupBy: [], measures: ['decisions'] }],
    finish: ([counted]) => [{ possible: counted?.groups[0]?.tally.decisions ?? 0 }],
  });
  return found?.possible ?? 0;
}
