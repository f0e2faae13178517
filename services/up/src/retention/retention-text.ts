import type { Hold, RetentionReport, SomeRows, TableRetention } from '@custody/store';
import { formatTable } from '../commands/table.ts';

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in units of a thousand, three digits. */
export function sizeText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const size = bytes / 1000 ** power;
  return `${power === 0 || size >= 100 ? Math.round(size) : Number(size.toPrecision(3))} ${units[power]}`;
}

const number = (value: number) => value.toLocaleString('en-US');
const day = (at: string) => at.slice(0, 10);
const hour = (at: string) => at.slice(0, 16).replace('T', ' ');

function environmentText({ env_id, env_name }: { env_id: string; env_name: string }): string {
  return env_name || env_id;
}

function daysText(days: number | null): string {
  return days === null ? 'for ever' : `${number(days)} days`;
}

function nextText({ due, next }: TableRetention): string {
  if (due !== null) return `${number(due.rows)} at the next run`;
  return next === null ? '' : `${number(next.rows)} on ${day(next.at)}`;
}

function keptTable(tables: readonly TableRetention[]): string {
  return formatTable(
    tables.map((one) => ({
      environment: environmentText(one),
      table: one.table,
      kept: daysText(one.retention_days),
      oldest: day(one.oldest),
      rows: one.rows,
      disk: sizeText(one.bytes),
      'rows a day': one.rows_per_day,
      'disk a year': sizeText(one.bytes_per_year),
      'disk in a year': sizeText(one.bytes_in_a_year),
      'without policy': sizeText(one.bytes_in_a_year_without_policy),
      'goes next': nextText(one),
    })),
  );
}

const reasons = {
  held: 'are under a hold',
  unsealed: 'are old enough, and stay until their hours are sealed',
  fresh: 'are old enough, and stay until their hours have been sealed for a day',
} as const;

function stayText(table: TableRetention, state: keyof typeof reasons): string[] {
  const rows: SomeRows | null = table[state];
  if (rows === null) return [];
  const range = `${hour(rows.from)} to ${hour(rows.to)}`;
  return [
    `${environmentText(table)}: ${number(rows.rows)} ${table.table} (${sizeText(rows.bytes)}, hours ${range}) ${reasons[state]}.`,
  ];
}

/** Sums of hours that have no decisions any more: what is left of those that went. */
function outlivedText(tables: readonly TableRetention[]): string[] {
  return tables.flatMap((rollups) => {
    if (rollups.table !== 'rollups') return [];
    const decisions = tables.find(({ env_id, table }) => env_id === rollups.env_id && table === 'decisions');
    if (decisions !== undefined && decisions.oldest.slice(0, 13) <= rollups.oldest.slice(0, 13)) return [];
    const since = decisions === undefined ? 'no decisions are left' : `decisions begin on ${day(decisions.oldest)}`;
    return [`${environmentText(rollups)}: sums reach back to ${day(rollups.oldest)}, ${since}.`];
  });
}

function holdsTable(holds: readonly Hold[], tables: readonly TableRetention[]): string {
  const nameOf = (id: string) => tables.find(({ env_id }) => env_id === id)?.env_name || id || 'all';
  return formatTable(
    holds.map((hold) => ({
      hold: hold.hold_id,
      environment: nameOf(hold.env_id),
      from: hold.from.startsWith('1970-01-01T00') ? 'the beginning' : hour(hold.from),
      to: hold.to.startsWith('2106') ? 'for ever' : hour(hold.to),
      reason: hold.reason,
      by: hold.placed_by,
      placed: hour(hold.placed_at),
    })),
  );
}

function expiriesTable(report: RetentionReport): string {
  const nameOf = (id: string) => report.tables.find(({ env_id }) => env_id === id)?.env_name || id;
  return formatTable(
    report.expiries.map((expiry) => ({
      expired: hour(expiry.at),
      environment: nameOf(expiry.env_id),
      table: expiry.table,
      from: hour(expiry.from),
      to: hour(expiry.to),
      rows: expiry.rows,
      disk: sizeText(expiry.bytes),
    })),
  );
}

/** What is kept and what goes when, as a person reads it; times are UTC. */
export function retentionText(report: RetentionReport): string {
  const { tables, unknown_environments: unknown } = report;
  if (tables.length === 0 && unknown.length === 0) return 'nothing is stored yet';
  const holds = report.holds.filter(({ is_released }) => !is_released);
  const isConfigured = tables.some(({ retention_days }) => retention_days !== null);
  const stays = tables.flatMap((table) => [
    ...stayText(table, 'held'),
    ...stayText(table, 'unsealed'),
    ...stayText(table, 'fresh'),
  ]);
  const remarks = [
    ...unknown.map((name) => `A policy is for ${JSON.stringify(name)}, and nothing of such an environment is stored.`),
    ...(isConfigured ? [] : ['Nothing expires: no retention is configured.']),
    ...stays,
    ...outlivedText(tables),
  ];
  return [
    keptTable(tables),
    ...(remarks.length > 0 ? ['', ...remarks] : []),
    ...(holds.length > 0 ? ['', holdsTable(holds, tables)] : []),
    ...(report.expiries.length > 0 ? ['', expiriesTable(report)] : []),
  ].join('\n');
}
