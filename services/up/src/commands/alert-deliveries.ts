import { Journal } from '@custody/alerter';
import { type DeadDelivery, type DeliveryRecord, OwedDeliveries } from '@custody/decision';
import { CustodyError, errorKinds, systemClock, type Variables } from '@custody/runtime';
import { shortId } from './alert-views.ts';
import { connectPipelineLog } from './pipeline-log.ts';
import { formatTable } from './table.ts';
import { instantText } from './wording.ts';

export const alertDeliveryErrors = errorKinds({
  ALERT_DELIVERIES_NO_LOG: {
    retriable: false,
    meaning: 'There is no log whose alerts could be looked at.',
    remedy: 'Start Custody once, or set CUSTODY_DATA_DIR or KAFKA_BROKERS to where its log is.',
  },
  ALERT_DELIVERY_UNKNOWN: {
    retriable: false,
    meaning: 'No dead letter of a channel is called so.',
    remedy: 'Give an id that `custody alerts deliveries` lists, or the beginning of it, or --all.',
  },
});

export interface DeliveryArguments {
  readonly channel?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

interface Opened {
  readonly journal: Journal;
  /** What was given up, oldest first. */
  readonly dead: readonly DeadDelivery[];
}

/** Reads the alerts topic to its end, as a leader would. */
async function withJournal<T>(variables: Variables, work: (opened: Opened) => Promise<T>): Promise<T> {
  const absent = (directory: string) =>
    new CustodyError(alertDeliveryErrors.ALERT_DELIVERIES_NO_LOG, `There is no log in ${directory}.`);
  const log = await connectPipelineLog(variables, 'alerts', absent);
  try {
    const owed = new OwedDeliveries();
    const reading = new AbortController();
    const journal = await Journal.open(
      {
        log,
        onNews: (news) => {
          if (news.kind === 'delivery') owed.note(news.record);
          else if (news.kind === 'accepted')
            for (const { transition } of news.tick.transitions) owed.accept(transition);
        },
      },
      reading.signal,
    );
    try {
      return await work({ journal, dead: owed.dead() });
    } finally {
      await journal.close();
    }
  } finally {
    await log.close();
  }
}

function isOf({ record }: DeadDelivery, { channel }: DeliveryArguments): boolean {
  return channel === undefined || record.channel === channel;
}

function rowOf({ transition, record }: DeadDelivery) {
  return {
    id: transition.transitionId,
    ...{ alert_id: transition.alertId, channel: record.channel, kind: transition.kind, title: transition.title },
    ...{ given_up_at: new Date(record.atMs).toISOString(), attempts: record.attempts, status: record.status },
    ...{ host: record.host, code: record.code, detail: record.detail },
  };
}

function text(dead: readonly DeadDelivery[]): string {
  if (dead.length === 0) return 'every channel took what it was sent';
  const rows = dead.map(rowOf).map((row) => ({
    id: shortId(row.id),
    ...{ channel: row.channel, step: row.kind, alert: row.title },
    'given up (UTC)': instantText(row.given_up_at, 'UTC', 16),
    ...{ attempts: row.attempts, code: row.code, why: row.detail },
  }));
  return formatTable(rows);
}

function print(dead: readonly DeadDelivery[], json: boolean, words: (dead: readonly DeadDelivery[]) => string): void {
  process.stdout.write(`${json ? JSON.stringify(dead.map(rowOf), null, 2) : words(dead)}\n`);
}

/** Prints what channels did not take. Throws `ALERT_DELIVERIES_NO_LOG`, `CONFIG_INVALID`, `ALERTER_*` and LOG_* errors. */
export async function listDeliveries(variables: Variables, given: DeliveryArguments): Promise<void> {
  const dead = await withJournal(variables, async (opened) => opened.dead);
  print(
    dead.filter((one) => isOf(one, given)),
    given.json ?? false,
    text,
  );
}

/** The record that has a dead letter owed again. */
function requeued({ record }: DeadDelivery, actor: string): DeliveryRecord {
  const { transitionId, alertId, channel, channelKind, host } = record;
  return {
    ...{ transitionId, alertId, channel, channelKind, host, outcome: 'requeued', atMs: systemClock.now() },
    ...{ attempts: 0, status: null, code: '', detail: '', actor },
  };
}

/** Has dead letters sent again. Throws `ALERT_DELIVERY_UNKNOWN` where none is meant, and as `listDeliveries` does. */
export async function sendDeliveries(
  variables: Variables,
  id: string | undefined,
  given: DeliveryArguments,
): Promise<void> {
  const { all = false, json = false } = given;
  const isMeant = ({ transition }: DeadDelivery) =>
    id === undefined ? all : id.length >= 4 && transition.transitionId.startsWith(id.toLowerCase());
  const sent = await withJournal(variables, async ({ journal, dead }) => {
    const meant = dead.filter((one) => isOf(one, given) && isMeant(one));
    if (meant.length === 0) {
      const what =
        id === undefined
          ? all
            ? 'There is nothing to send again'
            : 'Say which one, or --all'
          : `No dead letter begins with ${JSON.stringify(id)}`;
      throw new CustodyError(alertDeliveryErrors.ALERT_DELIVERY_UNKNOWN, `${what}.`);
    }
    for (const one of meant) await journal.note(requeued(one, variables.USER || 'the command line'));
    return meant;
  });
  print(
    sent,
    json,
    () =>
      `${sent.length} ${sent.length === 1 ? 'is' : 'are'} owed again; the alerter that leads sends ${sent.length === 1 ? 'it' : 'them'}.\n${text(sent)}`,
  );
}
