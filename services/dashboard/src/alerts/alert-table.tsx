import type { AlertListed } from '../api/alert-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { Time } from '../components/words.tsx';
import { duration } from '../format/times.ts';
import { hrefTo } from '../state/view.ts';
import { RuleLink, Severity, Subject, statusText } from './words.tsx';

const ranks: Readonly<Record<string, number>> = { critical: 0, warning: 1, info: 2 };

/** By severity; those of one as they were. */
export function worstFirst(rows: readonly AlertListed[]): AlertListed[] {
  return rows.toSorted((a, b) => (ranks[a.severity] ?? 9) - (ranks[b.severity] ?? 9));
}

/** Between opening and end, or now. */
export function lasted({ opened_at, resolved_at }: Pick<AlertListed, 'opened_at' | 'resolved_at'>): string {
  const endMs = resolved_at === null ? Date.now() : Date.parse(resolved_at);
  return duration((endMs - Date.parse(opened_at)) / 1000);
}

function Status({ alert }: { readonly alert: AlertListed }) {
  const { status, acknowledged_by: by, silenced_by, is_late, members } = alert;
  return (
    <span class="tags">
      <span class={status === 'open' ? 'is-open' : 'quiet'}>
        {statusText(status)}
        {by !== null && ` by ${by || 'Custody'}`}
      </span>
      {silenced_by.length > 0 && (
        <span class="tag" title={silenced_by.join(', ')}>
          silenced
        </span>
      )}
      {is_late && (
        <span class="tag" title="Found long after its moment, in decisions that were read late">
          late
        </span>
      )}
      {members > 0 && (
        <span class="tag" title="What else has the same cause">
          +{members}
        </span>
      )}
    </span>
  );
}

interface AlertTableProps {
  readonly rows: readonly AlertListed[];
  readonly zone: string;
  readonly caption: string;
  readonly none: string;
  /** Without rule and acknowledgement, where there is little room. */
  readonly isShort?: boolean;
}

/** Alerts, a line each. */
export function AlertTable({ rows, zone, caption, none, isShort = false }: AlertTableProps) {
  return (
    <DataTable<AlertListed>
      caption={caption}
      rows={rows}
      keyOf={({ id }) => id}
      none={none}
      columns={[
        {
          name: 'Severity',
          order: ({ severity }) => ranks[severity] ?? 9,
          show: ({ severity }) => <Severity severity={severity} />,
        },
        {
          name: 'Alert',
          show: ({ id, title, sentence }) => (
            <span class="alert-line">
              <a href={hrefTo(`/alerts/${id}`)}>
                <b>{title}</b>
              </a>
              {!isShort && (
                <span class="quiet small" title={sentence}>
                  {sentence}
                </span>
              )}
            </span>
          ),
        },
        ...(isShort
          ? []
          : [
              {
                name: 'About',
                order: ({ subject }: AlertListed) => subject.name,
                show: ({ subject }: AlertListed) => <Subject subject={subject} />,
              },
              {
                name: 'Rule',
                order: ({ rule }: AlertListed) => rule,
                show: ({ rule }: AlertListed) => <RuleLink rule={rule} />,
              },
            ]),
        {
          name: 'Since',
          order: ({ opened_at }) => opened_at,
          show: (alert) => (
            <span class="nowrap">
              <Time at={alert.opened_at} zone={zone} /> <span class="quiet small">{lasted(alert)}</span>
            </span>
          ),
        },
        { name: 'Status', order: ({ status }) => status, show: (alert) => <Status alert={alert} /> },
      ]}
    />
  );
}
