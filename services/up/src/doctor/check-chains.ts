import { formatTimestamp } from '@custody/decision';
import { CustodyError } from '@custody/runtime';
import { type BrokenLink, type StoreClient, verifyChains } from '@custody/store';
import { doctorErrors } from './errors.ts';
import { type DoctorProgress, grouped } from './progress.ts';

const timeoutMs = 600_000;
const mostShown = 20;

const faults: Readonly<Record<BrokenLink['fault'], string>> = {
  digest: 'its digest is not that of what it says',
  previous: 'the seal that it follows is not there',
};

function brokenText({ envId, hourStartMs, revision, fault }: BrokenLink): string {
  return `${envId} hour ${formatTimestamp(hourStartMs)}, revision ${revision}: ${faults[fault]}`;
}

/** Whether each seal says what its digest is made of, and follows one that is there. */
export async function checkChains(store: StoreClient, { onProgress, signal }: DoctorProgress): Promise<string> {
  let seals = 0;
  const broken: BrokenLink[] = [];
  for await (const month of verifyChains(store, { signal, timeoutMs })) {
    seals += month.seals;
    broken.push(...month.broken);
    onProgress(`seals: ${grouped(seals)} looked at, up to ${month.month}`);
  }
  if (broken.length === 0) return `${grouped(seals)} seals, each in the chain of its hour`;
  const texts = broken.slice(0, mostShown).map(brokenText);
  if (broken.length > mostShown) texts.push(`and ${grouped(broken.length - mostShown)} more`);
  throw new CustodyError(doctorErrors.DOCTOR_CHAIN_BROKEN, texts.join('\n'));
}
