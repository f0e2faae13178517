import { eventually } from '../../kit/eventually.ts';
import { held, keptFromMs } from './history.ts';
import { allQuestions } from './judge.ts';
import { sealOf } from './oracle.ts';
import type { SourceHour } from './source-hour.ts';
import { type StepParts, serveLater } from './step.ts';

const repairedMs = 240_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** A store put back from an old copy: what it lost is missed, and read again. */
export async function putBack(parts: StepParts): Promise<void> {
  await parts.watch.stop();
  let lost: readonly SourceHour[] = [];
  await parts.actors.loseInStore(async () => {
    parts.watch.start();
    lost = await serveLater(parts, 'restored');
    await parts.poller.list(lost);
    await parts.judge.rows();
    await parts.watch.stop();
  });
  const before = parts.poller.repaired.length;
  parts.watch.forget();
  parts.watch.start();
  const repaired = () => new Set(parts.poller.repaired.slice(before));
  const forgotten = async () => {
    await parts.judge.pass();
    return lost.filter(({ key }) => !repaired().has(key)).map(({ key }) => key);
  };
  await eventually(forgotten, (left) => left.length === 0, { timeoutMs: repairedMs, everyMs: 400 });
  await parts.judge.all();
}

/** A sealer that sleeps between its sums and its seal, while another one leads. */
export async function frozen(parts: StepParts): Promise<void> {
  const { rounds } = parts;
  for (let round = 0; round < rounds; round += 1) {
    const from = round / rounds;
    const half = (round + 0.5) / rounds;
    await parts.actors.freezeBetweenSumsAndSeal(
      async () => parts.poller.list(await serveLater(parts, 'frozen', from, half)),
      async () => parts.poller.list(await serveLater(parts, 'frozen', half, (round + 1) / rounds)),
    );
    await parts.judge.all();
  }
}

/** Two sealers that do not know of each other, and an open hour that is proven. */
export async function twoSealers(parts: StepParts): Promise<void> {
  const { rounds } = parts;
  await parts.actors.addUnruly();
  // That of the other environment stays open to the end.
  const open = parts.sources[1].hours.filter(({ shape }) => shape === 'half open');
  for (const hour of open) hour.shape = 'whole';
  await parts.poller.list(open);
  for (let round = 0; round < rounds; round += 1) {
    await parts.poller.list(await serveLater(parts, 'two sealers', round / rounds, (round + 1) / rounds));
    await parts.actors.kill('sealer');
    await parts.judge.all(allQuestions);
  }
}

/** Old days expire, but for what is held, what is not sealed, and what is killed meanwhile; and some rows come too late. */
export async function expiry(parts: StepParts): Promise<void> {
  await parts.stage.hold(held.envId, iso(held.fromMs), iso(held.toMs));
  await parts.watch.stop();
  parts.watch.rowsExpire();
  parts.watch.start();
  await parts.stage.expire(keptFromMs, 600 + parts.random.below(800));
  await parts.judge.sums();
  await parts.stage.expire(keptFromMs);
  for (const hour of parts.sources.flatMap(({ hours }) => hours)) {
    const isHeld = hour.world.envId === held.envId && hour.startMs >= held.fromMs && hour.startMs < held.toMs;
    const isOld = hour.startMs < keptFromMs && hour.served.size > 0;
    // What is not sealed stays, however old.
    hour.isExpired = isOld && !isHeld && sealOf(hour) !== null;
  }
  const ofSums = allQuestions.filter(({ isOfSums }) => isOfSums);
  await parts.judge.all(ofSums);
  for (const [one, source] of parts.sources.entries()) {
    await parts.poller.serveTooLate(source, parts.phases[one]?.get('too late') ?? []);
  }
  await parts.judge.rows();
  await parts.stage.expire(keptFromMs);
  for (const { tooLate } of parts.sources.flatMap(({ hours }) => hours)) tooLate.clear();
  await parts.judge.rows();
}
