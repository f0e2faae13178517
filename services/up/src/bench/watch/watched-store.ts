import { hourMs, hourOf, minuteMs } from '@custody/decision';
import type { StoreClient } from '@custody/store';
import { writeProvenHours } from '../proven-hours.ts';
import { makeCalls, sumUp, workDays } from './made-calls.ts';

/** The moment that is judged first, on a Wednesday. */
export const watchedAtMs = Date.UTC(2026, 4, 20, 10, 31);
const fromMs = Date.UTC(2026, 3, 22);
/** On every working day from an hour before the moment until the last look. */
const workFromMs = 9 * hourMs + 31 * minuteMs;
/** Each agent is denied once in each of so many parts of that, and is allowed something in the first of them. */
const [parts, partMs] = [9, 12 * minuteMs];
/** Of all series so many are agents and humans; the others are tools. */
const shares = { agents: 0.5, humans: 0.4 };
/** Denials of one agent in the three minutes before the moment, which are the only thing that is unusual. */
const burst = 60;
const rowsPerInsert = 2_000_000;

export interface WatchedSize {
  /** Agents, humans and tools that are denied something in any hour of work, together. */
  readonly series: number;
  readonly seed: number;
}

interface Filling extends WatchedSize {
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/**
 * Four weeks in which every agent is denied something five times an hour when people work, and the hour of the moment, which
 * is like that too but for a burst of one agent. Hours are summed up as in a running store, but for the last three.
 */
export async function fillWatchedStore(client: StoreClient, filling: Filling): Promise<void> {
  const { series, seed, signal, onProgress } = filling;
  const agents = Math.max(1, Math.round(series * shares.agents));
  const humans = Math.max(1, Math.round(series * shares.humans));
  const world = { seed, agents, humans, servers: 12, tools: Math.max(1, series - agents - humans) };
  const days = workDays(fromMs, watchedAtMs);
  const perAgent = parts + 1;
  const perDay = agents * perAgent;
  const part = `intDiv(number, {agents:UInt32}) % ${perAgent} % ${parts}`;
  const within = `cityHash64(number, {seed:UInt32}) % ${partMs}`;
  const usual = {
    instant: `({days:Array(UInt64)})[intDiv(number, {perDay:UInt64}) + 1] + ${workFromMs} + (${part}) * ${partMs} + ${within}`,
    agent: 'number % {agents:UInt32}',
    decision: `if(intDiv(number, {agents:UInt32}) % ${perAgent} = ${parts}, 'allow', 'deny')`,
    params: { days, perDay },
  };
  const all = perDay * days.length;
  for (let first = 0; first < all; first += rowsPerInsert) {
    const rows = Math.min(rowsPerInsert, all - first);
    await makeCalls(client, world, { ...usual, first, rows }, signal);
    onProgress(`four weeks of ${series} series: ${first + rows} of ${all} decisions`);
  }
  const instant = `{from:UInt64} + cityHash64(number, {seed:UInt32}) % ${3 * minuteMs}`;
  const ofOne = { instant, agent: 'toUInt64(0)', decision: `'deny'`, params: { from: watchedAtMs - 3 * minuteMs } };
  await makeCalls(client, world, { ...ofOne, rows: burst }, signal);
  const onDay = (day: string) => onProgress(`four weeks of ${series} series: summing up ${day}`);
  await sumUp(client, { fromMs, toMs: hourOf(watchedAtMs) - 2 * hourMs, signal, onDay });
  await writeProvenHours(client, { envId: 'bench', fromMs, toMs: hourOf(watchedAtMs), listed: 0, updatedAtMs: fromMs });
}
