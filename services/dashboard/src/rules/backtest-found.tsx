import { Severity } from '../alerts/words.tsx';
import type { Backtest } from '../api/rule-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { Time } from '../components/words.tsx';
import { exact } from '../format/numbers.ts';
import { duration } from '../format/times.ts';
import { budgetText, detectorText } from './rule-words.ts';

type PastAlert = Backtest['alerts'][number];

/** What rules would have found in the past: the sentence, the count of each, and every alert. */
export function BacktestFound({ found, zone }: { readonly found: Backtest; readonly zone: string }) {
  const { sentence, rules, alerts, muted, left_out, truncated } = found;
  return (
    <div class="backtest-found" role="status">
      <p class="said-sentence">{sentence}</p>
      {muted > 0 && <p class="quiet">Of those {exact(muted)} while the rule is muted: nobody would have been told.</p>}
      {left_out.length > 0 && (
        <p class="note is-warn">
          Not judged, since it needs more than is kept of the past:{' '}
          {left_out.map(({ rule, detector }) => `${detectorText(detector)} (${rule})`).join('; ')}
        </p>
      )}
      <DataTable
        caption="Rules that were tried"
        rows={rules}
        keyOf={({ rule }) => rule}
        none="No rule was tried"
        columns={[
          { name: 'Rule', show: ({ rule }) => rule },
          { name: 'Fired', isNumber: true, order: ({ fired }) => fired, show: ({ fired }) => exact(fired) },
          { name: 'A day', isNumber: true, order: ({ per_day }) => per_day, show: ({ per_day }) => String(per_day) },
          { name: 'False alerts, at most', isNumber: true, show: ({ budget }) => budgetText(budget) },
        ]}
      />
      <DataTable<PastAlert>
        caption="Alerts that there would have been"
        rows={alerts}
        keyOf={({ id }) => id}
        none="It would not have fired"
        most={20}
        columns={[
          { name: 'Severity', show: ({ severity }) => <Severity severity={severity} /> },
          {
            name: 'Alert',
            show: ({ title, sentence: said, muted: isMuted, members }) => (
              <span class="alert-line">
                <span>
                  <b>{title}</b> {isMuted && <span class="tag">muted</span>}{' '}
                  {members > 0 && <span class="tag">+{members}</span>}
                </span>
                <span class="quiet small" title={said}>
                  {said}
                </span>
              </span>
            ),
          },
          { name: 'Rule', order: ({ rule }) => rule, show: ({ rule }) => rule },
          {
            name: 'Opened',
            order: ({ opened_at }) => opened_at,
            show: ({ opened_at }) => <Time at={opened_at} zone={zone} />,
          },
          {
            name: 'Lasted',
            isNumber: true,
            show: ({ opened_at, resolved_at }) =>
              resolved_at === null ? 'to the end' : duration((Date.parse(resolved_at) - Date.parse(opened_at)) / 1000),
          },
        ]}
      />
      {truncated && <p class="quiet">There are more than are listed.</p>}
    </div>
  );
}
