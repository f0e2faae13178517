import type { Stage } from '../kit/stage.ts';
import { chainFaults, counted, decisionLines, openHourKeys, sealLines, sumLines } from './oracle.ts';
import { lineOf, type Question } from './questions.ts';
import type { Source } from './source-hour.ts';
import type { Views } from './views.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const shown = 3;

/** What one list has and the other lacks, a line that is there twice included. */
function differences(what: string, seen: readonly string[], expected: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of expected) left.set(line, (left.get(line) ?? 0) + 1);
  for (const line of seen) left.set(line, (left.get(line) ?? 0) - 1);
  const missing = [...left].filter(([, times]) => times > 0).map(([line]) => line);
  const tooMany = [...left].filter(([, times]) => times < 0).map(([line]) => line);
  const tell = (lines: readonly string[], how: string) =>
    lines.length === 0 ? [] : [`${what}: ${lines.length} ${how}, as ${lines.slice(0, shown).join('\n    ')}`];
  return [...tell(missing, 'missing'), ...tell(tooMany, 'that should not be there')];
}

/** Rows, hours and days, however much of them is sealed. */
export async function compareRows(views: Views, sources: readonly Source[]): Promise<string[]> {
  const rows = differences('decisions', await views.decisions(), decisionLines(sources));
  return [...rows, ...(await compareSums(views, sources))];
}

/** Hours and days. */
export async function compareSums(views: Views, sources: readonly Source[]): Promise<string[]> {
  return [
    ...differences('decisions_hourly', await views.hourly(), sumLines(sources, hourMs)),
    ...differences('decisions_daily', await views.daily(), sumLines(sources, dayMs)),
  ];
}

/** Seals, and what is open, once all that can be sealed is. */
export async function compareSeals(views: Views, sources: readonly Source[]): Promise<string[]> {
  const open = openHourKeys(sources);
  const openDays = [...new Set(open.map((key) => key.slice(0, key.indexOf('T'))))];
  return [
    ...differences('seals', await views.seals(), sealLines(sources)),
    ...differences('open hours', await views.openHours(), open),
    ...differences('days without sums of their own', await views.openDays(), openDays),
  ];
}

/** How much was attributed anew, by hour. */
export async function compareCorrections(views: Views, expected: readonly string[]): Promise<string[]> {
  return differences('corrections', await views.corrections(), expected);
}

/** Every seal that was ever written stands in the chain of its hour. */
export async function compareChains(views: Views): Promise<string[]> {
  const newest = await views.newestSeals();
  return chainFaults(await views.writtenSeals(), new Map(newest.map(({ hour, digest }) => [hour, digest])));
}

/** Answers of the API, with what was read for them. */
export async function compareAnswers(
  { instance }: Stage,
  sources: readonly Source[],
  questions: readonly Question[],
): Promise<string[]> {
  const decisions = counted(sources);
  const faults: string[] = [];
  for (const { path, expected } of questions) {
    const { status, body } = await instance.ask(path);
    if (status !== 200) faults.push(`${path}: ${status} ${JSON.stringify(body)}`);
    else faults.push(...differences(path, (body as { data: [] }).data.map(lineOf), expected(decisions)));
  }
  return faults;
}

/** How much was not proven, at the time of the call: the seconds since the history's end are blind, but for the youngest. */
export async function compareCoverage(views: Views, sources: readonly Source[]): Promise<string[]> {
  const youngestSeconds = 900 + 60;
  const beforeMs = Date.now();
  const coverage = await views.coverage();
  const afterMs = Date.now();
  return sources.flatMap(({ envId, hours }) => {
    const seen = coverage.find(({ env_id }) => env_id === envId);
    const halves = (shape: string) => hours.filter((hour) => hour.shape === shape).length * 1_800;
    const unreadable = halves('half unreadable');
    const proven = hours.length * 3_600 - halves('half open') - unreadable - halves('begins inside');
    const [first] = hours;
    const oldestMs = first?.shape === 'begins inside' ? first.middleMs : (first?.startMs ?? 0);
    const blindAt = (nowMs: number) => (nowMs - oldestMs) / 1_000 - youngestSeconds - proven - unreadable;
    const isRight =
      seen?.unreadable === unreadable &&
      Math.abs(seen.open - youngestSeconds) <= 1 &&
      seen.blind >= blindAt(beforeMs) - 1 &&
      seen.blind <= blindAt(afterMs) + 1;
    return isRight ? [] : [`coverage of ${envId}: ${JSON.stringify(seen)} where ${blindAt(afterMs)} are blind`];
  });
}
