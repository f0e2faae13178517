import { useAggregate, useCoverage } from '../api/questions.ts';
import { brief, change, exact, percent, signedPercent } from '../format/numbers.ts';
import { duration, momentTime } from '../format/times.ts';
import type { View } from '../state/view.ts';
import { hrefTo } from '../state/view.ts';

interface FigureProps {
  readonly name: string;
  readonly value: number | null;
  readonly before: number | null;
  readonly unit: string;
  readonly href?: string;
  readonly isShare?: boolean;
  /** Whether more of it is worth a look. */
  readonly isWatched?: boolean;
}

function Change({
  value,
  before,
  isShare,
  isWatched,
}: Pick<FigureProps, 'value' | 'before' | 'isShare' | 'isWatched'>) {
  if (value === null || before === null) return <span class="quiet small">–</span>;
  const share = change(value, before);
  const text = isShare ? percent(before) : exact(before);
  const isMore = isWatched === true && share !== null && share > 0.2;
  return (
    <span class={`small ${isMore ? 'is-more' : 'quiet'}`} title={`${text} in the period before`}>
      {share === null ? `before ${text}` : signedPercent(share)}
    </span>
  );
}

function Figure({ name, value, before, unit, href, isShare = false, isWatched = false }: FigureProps) {
  const text = value === null ? '–' : isShare ? percent(value) : brief(value);
  const whole = value === null ? 'none' : isShare ? `${(value * 100).toFixed(4)} %` : `${exact(value)} ${unit}`;
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <span class="figure-value" title={whole} data-figure={name}>
          {href === undefined ? text : <a href={href}>{text}</a>}
        </span>
        <Change value={value} before={before} isShare={isShare} isWatched={isWatched} />
      </dd>
    </div>
  );
}

const measures = 'decisions,denials,deny_rate,agents,humans,servers,tools';

/** The counts of the range beside those of the period before. */
export function Figures({ view }: { readonly view: View }) {
  const { body, isOld } = useAggregate(view, { measures, compare: 'previous' });
  const row = body?.data[0];
  const of = (name: string) => (typeof row?.[name] === 'number' ? row[name] : null);
  const compared = typeof row?.compare === 'object' ? row.compare : null;
  const before = (name: string) => (typeof compared?.[name] === 'number' ? compared[name] : null);
  const figure = (name: string) => ({ value: of(name), before: before(name), unit: name });
  const { filters } = view;
  return (
    <dl class={`figures ${isOld ? 'is-old' : ''}`} aria-busy={body === null}>
      <Figure name="Decisions" {...figure('decisions')} href={hrefTo('/decisions', filters)} />
      <Figure
        name="Denied"
        {...figure('denials')}
        href={hrefTo('/decisions', { ...filters, decision: 'deny' })}
        isWatched
      />
      <Figure name="Deny rate" {...figure('deny_rate')} isShare isWatched />
      <Figure name="Agents" {...figure('agents')} href={hrefTo('/agents', filters)} />
      <Figure name="Humans" {...figure('humans')} href={hrefTo('/humans', filters)} />
      <Figure name="Servers" {...figure('servers')} href={hrefTo('/servers', filters)} />
      <Figure name="Tools" {...figure('tools')} />
      <Proven view={view} />
    </dl>
  );
}

/** How far what is shown equals what the source listed, and how blind we are: the three figures of coverage, never mixed. */
function Proven({ view }: { readonly view: View }) {
  const { body } = useCoverage(view);
  const rows = body?.data ?? [];
  const sum = (value: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + value(row), 0);
  const blind = sum(({ blind_seconds }) => blind_seconds);
  const unreadable = sum(({ unreadable_seconds }) => unreadable_seconds);
  const open = sum(({ open_seconds }) => open_seconds);
  const until = rows.map(({ proven_until }) => proven_until).toSorted()[0];
  return (
    <div class="figure is-wide">
      <dt>Proven</dt>
      {rows.length === 0 || until === undefined ? (
        <dd class="quiet">{body === null ? '…' : 'nothing is read yet'}</dd>
      ) : (
        <dd class="coverage">
          <span>
            proven up to <b>{momentTime(Date.parse(until), view.zone)}</b>
          </span>
          <span
            class={blind + unreadable > 0 ? 'note is-warn' : 'is-good'}
            title={`${exact(blind)} s blind, ${exact(unreadable)} s unreadable`}
          >
            {duration(blind)} blind{unreadable > 0 && `, ${duration(unreadable)} unreadable`}
          </span>
          {open > 0 && <span class="quiet">last {duration(open)} still open</span>}
        </dd>
      )}
    </div>
  );
}
