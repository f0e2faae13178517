import type { BackfillEvent, BackfillResult } from './backfill.ts';

const number = (value: number) => value.toLocaleString('en-US');

function lengthText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 360) / 10} h`;
}

/** An event as a person reads it. */
export function eventText(event: BackfillEvent): string {
  switch (event.event) {
    case 'asked': {
      const where = `${event.environments.join(', ')}: ${event.from} to ${event.to}, ${number(event.hours)} hours`;
      return [
        `${where}; ${number(event.asked)} asked for now`,
        ...(event.asked_before > 0 ? [`${number(event.asked_before)} were asked for before and are on their way`] : []),
        ...(event.read_before > 0
          ? [`${number(event.read_before)} were read for an earlier backfill (--again reads them once more)`]
          : []),
      ].join('; ');
    }
    case 'history':
      return (
        `The history of ${event.env} began at ${event.began}; it begins with this range from now on` +
        (event.hours_between > 0 ? `, and the ${number(event.hours_between)} hours between are read after it.` : '.')
      );
    case 'progress': {
      const left = event.seconds_left === null ? '' : `, about ${lengthText(event.seconds_left)} left`;
      const rates = `${number(event.hours_per_minute)} hours/min, ${number(event.decisions_per_second)} decisions/s`;
      return `${number(event.hours_read)} of ${number(event.hours)} hours, ${number(event.decisions)} decisions, ${rates}${left}`;
    }
    case 'silent':
      return (
        `Nothing was heard of the poller of ${event.env} for ${lengthText(event.seconds)}: is it running? Start it with ` +
        '`npx pnpm@12 start` or `custody poll`. The requests stay until it has served them.'
      );
    case 'waiting':
      return (
        `No hour was finished for ${lengthText(event.seconds)}. What is younger than the lateness closes in its time; ` +
        'otherwise look at the log of the poller, and at its requests with `custody coverage`.'
      );
  }
}

/** What came of it, as a person reads it. */
export function resultText(result: BackfillResult): string {
  const { outcome, hours, hours_left, decisions, deleted_at_source, unreadable_seconds, nothing_before } = result;
  if (outcome === 'interrupted') {
    return (
      `Stopped looking with ${number(hours_left)} hours left. The requests stay, and the poller goes on; ` +
      'the same command shows what is left.'
    );
  }
  return [
    `Read and proven: ${number(hours)} hours; ${number(decisions)} decisions in those read since this command began.`,
    ...(deleted_at_source > 0
      ? [
          `${number(deleted_at_source)} decisions that were listed or counted earlier are gone from the source, by its retention say; ` +
            'what Custody has stored of them stays.',
        ]
      : []),
    ...(nothing_before === null
      ? []
      : [`The source lists nothing before ${nothing_before}: nothing happened, or its retention has passed.`]),
    ...(unreadable_seconds > 0
      ? [`${number(unreadable_seconds)} s hold more decisions than can be listed: see custody.windows for why.`]
      : []),
  ].join('\n');
}
