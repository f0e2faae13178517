import type { ComponentChildren } from 'preact';
import { type CoveredHour, type Seal, useSeal } from '../api/hour-questions.ts';
import { Copy } from '../components/copy.tsx';
import { Icon } from '../components/icon.tsx';
import { AnswerPanel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { Time } from '../components/words.tsx';
import { exact } from '../format/numbers.ts';
import { clockTime, duration, momentTime, zoneLabel } from '../format/times.ts';
import { literal } from '../state/filters.ts';
import { hourMs } from '../state/range.ts';
import { changeView, hrefTo } from '../state/view.ts';
import type { HourKey } from './hour-key.ts';
import { lookOf, looks } from './hour-states.ts';
import { utcDay } from './months.ts';

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Digest({ name, text }: { readonly name: string; readonly text: string }) {
  if (text === '') return null;
  return (
    <div class="digest">
      <h3>{name}</h3>
      <p class="mono small wrap">{text}</p>
      <Copy text={text} what={name.toLowerCase()} />
    </div>
  );
}

function Sealed({ seal, zone }: { readonly seal: Seal; readonly zone: string }) {
  return (
    <>
      <dl class="facts">
        <Fact name="Decisions stored">{exact(seal.decisions)}</Fact>
        <Fact name="Listed by the source">{exact(seal.listed)}</Fact>
        <Fact name="Dead letters">{exact(seal.dead_letters)}</Fact>
        <Fact name="Missing">{exact(seal.missing)}</Fact>
        <Fact name="Deleted at the source">{exact(seal.deleted_at_source)}</Fact>
        <Fact name="Revision">{exact(seal.revision)}</Fact>
        <Fact name="Sealed">
          <Time at={seal.sealed_at} zone={zone} hasSeconds />
        </Fact>
        <Fact name="Of what was stored by">
          <Time at={seal.as_of} zone={zone} hasSeconds />
        </Fact>
      </dl>
      <Digest name="Digest" text={seal.digest} />
      <Digest name="Digest of the revision before" text={seal.previous_digest} />
      <Digest name="Digest of the decisions" text={seal.content} />
    </>
  );
}

/** What is not proven of the hour, in seconds. */
function Unproven({ hour }: { readonly hour: CoveredHour }) {
  const { open_seconds: open, blind_seconds: blind, unreadable_seconds: unreadable } = hour;
  const parts = [
    ...(blind > 0 ? [`${duration(blind)} blind`] : []),
    ...(unreadable > 0 ? [`${duration(unreadable)} unreadable`] : []),
    ...(open > 0 ? [`${duration(open)} open`] : []),
  ];
  return parts.length === 0 ? null : <p>{parts.join(', ')}</p>;
}

interface HourDetailProps {
  readonly of: HourKey;
  /** What the calendar knows of it; absent where it shows another range. */
  readonly hour: CoveredHour | undefined;
  readonly zone: string;
}

/** One hour: how it is, why, what becomes of it, and its seal. */
export function HourDetail({ of: { envId, startMs }, hour, zone }: HourDetailProps) {
  const answer = useSeal(envId, startMs);
  const iso = (ms: number) => new Date(ms).toISOString();
  const title = `${utcDay(startMs)}, ${iso(startMs).slice(11, 16)}–${iso(startMs + hourMs).slice(11, 16)} UTC`;
  const close = (
    <button
      type="button"
      class="button is-quiet"
      aria-label="Close"
      title="Close"
      onClick={() => changeView({ hour: '' })}
    >
      <Icon name="close" />
    </button>
  );
  return (
    <AnswerPanel title={title} answer={answer} aside={close} class="hour-detail" skeleton={<Skeleton rows={8} />}>
      {({ data: [seal] }) => (
        <>
          {hour !== undefined && (
            <>
              <p class="hour-said">
                <span class={`hour is-${lookOf(hour)}`} aria-hidden="true">
                  {looks[lookOf(hour)].sign}
                </span>{' '}
                <b>{looks[lookOf(hour)].name}</b> <span class="quiet">{hour.env_name}</span>
              </p>
              {hour.why !== '' && <p>{hour.why}.</p>}
              <Unproven hour={hour} />
              {looks[lookOf(hour)].next !== '' && <p class="quiet small">{looks[lookOf(hour)].next}</p>}
            </>
          )}
          {zone !== 'UTC' && (
            <p class="quiet small">
              {momentTime(startMs, zone)}–{clockTime(startMs + hourMs, zone)} in {zoneLabel(zone, startMs)}
            </p>
          )}
          {seal === undefined ? <p class="quiet">It has no seal yet.</p> : <Sealed seal={seal} zone={zone} />}
          <p>
            <a
              class="button"
              href={hrefTo('/decisions', {
                from: iso(startMs),
                to: iso(startMs + hourMs),
                env: literal(hour?.env_name ?? envId),
              })}
            >
              <Icon name="decisions" /> Decisions of this hour
            </a>
          </p>
        </>
      )}
    </AnswerPanel>
  );
}
