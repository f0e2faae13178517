import { agentsPerKind, type MadeDecision } from '../kit/decisions.ts';
import type { Victim } from './actors.ts';
import { noiseOf } from './history.ts';
import { allQuestions } from './judge.ts';
import { correctionLines } from './oracle.ts';
import type { SourceHour } from './source-hour.ts';
import { hoursOf, type StepParts, serveLater } from './step.ts';

/** Longer than a sealer waits between two looks. */
const slowlyMs = 3_000;

/** The three days, hour by hour, each listed when it was served. */
export async function history(parts: StepParts): Promise<void> {
  const victims: Victim[] = ['sealer', 'store', 'consumer', 'sealer'];
  const kills = Array.from({ length: parts.rounds }, () => parts.random.shuffled(victims)).flat();
  const slices = kills.length + 1;
  for (let slice = 0; slice < slices; slice += 1) {
    const victim = kills[slice];
    const killing = victim === undefined ? null : parts.actors.kill(victim);
    // Awaited below, which throws what failed.
    killing?.catch(() => undefined);
    for (const [one, source] of parts.sources.entries()) {
      const cut = (part: number) => Math.floor((source.hours.length * part) / slices);
      const hours = source.hours.slice(cut(slice), cut(slice + 1));
      const isOfThem = ({ atMs }: MadeDecision) => hours.some((hour) => atMs >= hour.startMs && atMs < hour.endMs);
      await parts.poller.serve(source, (parts.phases[one]?.get('history') ?? []).filter(isOfThem));
      await parts.poller.list(hours);
    }
    await killing;
  }
  await parts.judge.all();
}

/** What is stored and sealed comes again. */
export async function replays(parts: StepParts): Promise<void> {
  const before = await parts.views.newestSeals();
  for (let round = 0; round < parts.rounds; round += 1) {
    const old = parts.random.shuffled(parts.sources.flatMap(({ served }) => served));
    await parts.poller.replay(old.slice(0, old.length / 10));
    await parts.actors.kill('sealer');
  }
  await parts.judge.all();
  const after = new Map((await parts.views.newestSeals()).map(({ hour, digest }) => [hour, digest]));
  const moved = before.filter(({ hour, digest }) => after.get(hour) !== digest);
  if (moved.length > 0) throw new Error(`${moved.length} hours have another seal for the same rows: ${moved[0]?.hour}`);
}

/** Rows of hours that are sealed, and windows that list them some time later. */
export async function lateRows(parts: StepParts): Promise<void> {
  const { rounds } = parts;
  for (let round = 0; round < rounds; round += 1) {
    let hours: SourceHour[] = [];
    await parts.actors.storingSlowly(slowlyMs, async () => {
      // What comes again has its hours sealed anew, beside what comes late and is not listed yet.
      for (const part of [0, 0.25, 0.5, 0.75]) {
        const [from, to] = [round + part, round + part + 0.25].map((rounded) => rounded / rounds);
        const late = await serveLater(parts, 'late', from, to);
        hours = [...new Set([...hours, ...late])];
        await parts.poller.replay(late.flatMap(({ served }) => [...served.values()].slice(0, 1)));
      }
      await parts.judge.rows();
    });
    await parts.actors.killBetweenSumsAndSeal(() => parts.poller.list(hours));
    await parts.actors.kill('consumer');
    await parts.judge.all();
  }
}

/** Entries that are not understood: their hours are incomplete. */
export async function deadLetters(parts: StepParts): Promise<void> {
  const touched = parts.sources.flatMap((source, one) => {
    const noise = noiseOf(source);
    const broken = parts.phases[one]?.get('broken') ?? [];
    return { source, broken, noise, hours: hoursOf(source, [...broken, ...noise]) };
  });
  for (const { source, broken, noise } of touched) await parts.poller.serveBroken(source, broken, noise);
  await parts.poller.list(touched.flatMap(({ hours }) => hours));
  await parts.judge.all();
}

/** Those of decisions are understood after all. */
export async function mend(parts: StepParts): Promise<void> {
  for (const source of parts.sources) await parts.poller.mend(source);
  await parts.actors.kill('sealer');
  await parts.judge.all();
}

/** Grants that are learned long after the decisions that they explain. */
export async function lateGrants(parts: StepParts): Promise<void> {
  const agents = parts.rounds > 1 ? agentsPerKind : 1;
  const expected = parts.sources.flatMap((source) => correctionLines(source, agents));
  for (const source of parts.sources) await parts.poller.tellLate(source, agents);
  await parts.actors.kill('consumer');
  await parts.actors.kill('sealer');
  await parts.judge.all(allQuestions);
  await parts.judge.corrections(expected);
}
