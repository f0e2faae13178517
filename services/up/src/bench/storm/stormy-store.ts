import { formatTimestamp, hourMs, hourOf, minuteMs, secondMs } from '@custody/decision';
import { type StoreClient, writeReports } from '@custody/store';
import { writeProvenHours } from '../proven-hours.ts';
import { makeCalls, sumUp, workDays } from '../watch/made-calls.ts';

/** From this moment on, on a Wednesday, whatever is called is refused. */
export const stormAtMs = Date.UTC(2026, 4, 20, 10, 30);
export const stormMinutes = 15;
const fromMs = Date.UTC(2026, 3, 22);
const workFromMs = 8 * hourMs;
/** On a working day each agent calls once in each of so many parts; of a hundred of those calls one is denied. */
const [parts, partMs, oneDenied] = [20, 30 * minuteMs, 100];
/** Who is refused tries again and again. */
const retryMs = 30 * secondMs;
/** Within so long everybody has met it. */
const beginsWithinMs = 3 * minuteMs;
const servers = 10;
const toolsOfServer = 20;
const agentsOfFourHumans = 5;

export interface StormSize {
  readonly agents: number;
  readonly seed: number;
}

interface Filling extends StormSize {
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Four quiet weeks of agents on ten servers, and a quarter of an hour in which a policy refuses them everything. */
export async function fillStormyStore(client: StoreClient, filling: Filling): Promise<void> {
  const { agents, seed, signal, onProgress } = filling;
  const humans = Math.max(1, Math.floor((agents * (agentsOfFourHumans - 1)) / agentsOfFourHumans));
  const world = { seed, agents, humans, servers, tools: servers * toolsOfServer };
  const days = workDays(fromMs, stormAtMs);
  const perDay = agents * parts;
  const part = `intDiv(number, {agents:UInt32}) % ${parts}`;
  const usual = {
    instant: `({days:Array(UInt64)})[intDiv(number, {perDay:UInt64}) + 1] + ${workFromMs} + (${part}) * ${partMs} + cityHash64(number, {seed:UInt32}) % ${partMs}`,
    agent: 'number % {agents:UInt32}',
    decision: `if(cityHash64(number, {seed:UInt32}, 'denied') % ${oneDenied} = 0, 'deny', 'allow')`,
    params: { days, perDay },
  };
  const today = (agents * (stormAtMs - (days.at(-1) ?? 0) - workFromMs)) / partMs;
  onProgress(`four weeks of ${agents} agents: making decisions`);
  await makeCalls(client, world, { ...usual, rows: perDay * (days.length - 1) + today }, signal);
  const begins = `cityHash64(number % {agents:UInt32}, {seed:UInt32}) % ${beginsWithinMs}`;
  const refused = {
    ...{ agent: 'number % {agents:UInt32}', decision: `'deny'`, params: { from: stormAtMs } },
    instant: `{from:UInt64} + ${begins} + intDiv(number, {agents:UInt32}) * ${retryMs}`,
  };
  await makeCalls(client, world, { ...refused, rows: (agents * stormMinutes * minuteMs) / retryMs }, signal);
  const onDay = (day: string) => onProgress(`four weeks of ${agents} agents: summing up ${day}`);
  await sumUp(client, { fromMs, toMs: hourOf(stormAtMs) - hourMs, signal, onDay });
  await writeRead(client, hourOf(stormAtMs) + hourMs);
}

/** That everything was read and proven. */
async function writeRead(client: StoreClient, toMs: number): Promise<void> {
  await writeProvenHours(client, { envId: 'bench', fromMs, toMs, listed: 0, updatedAtMs: fromMs });
  await writeReports(client, [
    {
      ...{ env_id: 'bench', env_name: 'bench', as_of: formatTimestamp(toMs), open_seconds: 0, blind_seconds: 0 },
      ...{ unreadable_seconds: 0, rows_listed: 0, rows_read: 0, rows_missing: 0, oldest_open: null },
      ...{ requests_spent: 0, requests_refused: 0, requests_per_minute: null },
      ...{ read_from: formatTimestamp(fromMs), read_until: formatTimestamp(toMs) },
    },
  ]);
}
