import { formatFields } from '../commands/table.ts';
import { instantText } from '../commands/wording.ts';
import type { ReportManifest } from './check-archive.ts';

const number = (value: number) => value.toLocaleString('en-US');

/** `12.3 MB`. */
export function bytesText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function proofText({ proven, sealed, history_begins_inside, gaps, hours_not_sealed }: ReportManifest['proof']): string {
  const lacks = [
    ...(history_begins_inside ? ['history begins inside the period'] : []),
    ...(gaps > 0 ? [`${number(gaps)} gap${gaps === 1 ? '' : 's'}`] : []),
    ...(hours_not_sealed > 0 ? [`${number(hours_not_sealed)} h not sealed as complete`] : []),
  ];
  if (proven && sealed) return 'PROVEN and sealed: what Permit listed when it was read';
  return `${proven ? 'proven, with reservations' : 'NOT PROVEN in full'}${lacks.length === 0 ? '' : `: ${lacks.join(', ')}`}`;
}

/** What a person wants to know of a report that was written. */
export function reportText(manifest: ReportManifest, path: string, bytes: number): string {
  const { counts, period, proof, demo } = manifest;
  const zone = period.time_zone;
  return [
    ...(demo ? ['DEMO: simulated decisions, evidence of nothing'] : []),
    formatFields({
      report: `${path} (${bytesText(bytes)})`,
      period: `${instantText(period.from, zone)} to ${instantText(period.to, zone)} (${zone})`,
      decisions: `${number(counts.decisions)}: ${number(counts.allow)} allowed, ${number(counts.deny)} denied, ${number(counts.unknown)} not told`,
      possible: counts.possible === 0 ? '' : `${number(counts.possible)} more may be theirs, marked in the files`,
      by: `${number(counts.agents)} agents, ${number(counts.humans)} humans`,
      changes: `${number(counts.access_changes)} of access`,
      proof: proofText(proof),
      files: `${manifest.files.map(({ name }) => name).join(', ')}: all as manifest.json says`,
    }),
  ].join('\n');
}
