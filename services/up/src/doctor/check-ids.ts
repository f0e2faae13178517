import { CustodyError } from '@custody/runtime';
import { countIds, findDoubled, readIdSlices, type StoreClient } from '@custody/store';
import { doctorErrors } from './errors.ts';
import { type DoctorProgress, grouped } from './progress.ts';

const timeoutMs = 600_000;
const mostShown = 10;

/**
 * Whether each decision counts once: `count()` against the distinct ids of each month, and then whether an id is stored with
 * several times, in whichever months.
 */
export async function checkIds(store: StoreClient, { onProgress, signal }: DoctorProgress): Promise<string> {
  let [decisions, ids] = [0, 0];
  for await (const month of countIds(store, { signal, timeoutMs })) {
    decisions += month.decisions;
    ids += month.ids;
    onProgress(`decisions: ${grouped(decisions)} counted, up to ${month.month}`);
  }
  const slices = await readIdSlices(store, { signal });
  const doubled: string[] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    const found = await findDoubled(store, { slice, slices }, { signal, timeoutMs });
    doubled.push(...found.map(({ subject, found: times }) => `${subject}: ${times}`));
    onProgress(`decisions: ids looked through, ${slice + 1} of ${slices}`);
  }
  if (decisions === ids && doubled.length === 0) return `${grouped(decisions)} stored, each once`;
  const texts = [`${grouped(decisions)} decisions have ${grouped(ids)} ids by month.`, ...doubled.slice(0, mostShown)];
  const rest = doubled.length > mostShown ? [`and ${grouped(doubled.length - mostShown)} more`] : [];
  throw new CustodyError(doctorErrors.DOCTOR_DECISIONS_DOUBLED, [...texts, ...rest].join('\n'));
}
