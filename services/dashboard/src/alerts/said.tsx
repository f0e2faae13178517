import type { WholeAlert } from '../api/alert-questions.ts';
import { Time } from '../components/words.tsx';
import { exact } from '../format/numbers.ts';
import { momentTime } from '../format/times.ts';
import { hrefTo } from '../state/view.ts';
import { decisionFilters } from './subject-filters.ts';

const completenessWords: Readonly<Record<WholeAlert['completeness'], string>> = {
  proven: 'Its time is read and proven.',
  unproven: 'Its time is read, and not proven yet: late decisions may still come.',
  unread: 'Its time is not read whole: there may be more than is counted here.',
};

const value = (number: number) => (Number.isInteger(number) ? exact(number) : String(Number(number.toPrecision(3))));

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `1 in 20`, `1 in 3 × 10¹¹`. */
function chanceText(probability: number): string {
  if (probability <= 0) return 'practically never';
  const times = 1 / probability;
  if (times < 1e7) return `1 in ${times < 10 ? times.toPrecision(2) : exact(times)}`;
  const [digit, power = ''] = times.toExponential(0).split('e+');
  return `1 in ${digit} × 10${[...power].map((one) => superscripts[Number(one)]).join('')}`;
}

function Runbook({ runbook }: { readonly runbook: string }) {
  if (runbook === '') return null;
  // Whoever writes the rules names it; only addresses are led to.
  const isAddress = /^https?:\/\//.test(runbook);
  return (
    <p>
      Runbook:{' '}
      {isAddress ? (
        <a class="is-link" href={runbook} target="_blank" rel="noreferrer noopener">
          {runbook}
        </a>
      ) : (
        runbook
      )}
    </p>
  );
}

/** What was found, in numbers and sentences. */
export function Said({ alert, zone }: { readonly alert: WholeAlert; readonly zone: string }) {
  const { observed, expected, bound, probability, peak, window, explanation, completeness, is_late, subject } = alert;
  const figures = [
    ['Observed', value(observed)],
    ['Expected', expected === null ? 'no opinion' : value(expected)],
    ['Bound', value(bound)],
    ['By chance', probability === null ? '–' : chanceText(probability)],
    ['Peak', value(peak)],
  ] as const;
  const of = { from: window.from, to: window.to, env: subject.env_name, ...decisionFilters(subject) };
  return (
    <section class="panel said" aria-label="What was found">
      <p class="said-sentence">{alert.sentence}</p>
      <dl class="figures is-report">
        {figures.map(([name, text]) => (
          <div key={name} class="figure">
            <dt>{name}</dt>
            <dd>
              <span class="figure-value" data-alert={name}>
                {text}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <p>
        Counted from <Time at={window.from} zone={zone} hasSeconds /> to <Time at={window.to} zone={zone} hasSeconds />:{' '}
        <a class="is-link" href={hrefTo('/decisions', { ...of, decision: 'deny' })}>
          these denials
        </a>
        ,{' '}
        <a class="is-link" href={hrefTo('/decisions', of)}>
          all decisions
        </a>
      </p>
      {explanation.unless !== '' && (
        <p>
          <b>It would not be there:</b> {explanation.unless}
        </p>
      )}
      <p class={completeness === 'unread' ? 'note is-warn' : 'quiet'}>
        {completenessWords[completeness]}{' '}
        {explanation.read_until !== null && `Read up to ${momentTime(Date.parse(explanation.read_until), zone)}`}
        {explanation.proven_until !== null &&
          `, proven up to ${momentTime(Date.parse(explanation.proven_until), zone)}`}
        {is_late && '. Found long after its moment, in decisions that were read late'}.
      </p>
      <Runbook runbook={explanation.runbook} />
      {alert.withheld && (
        <p class="quiet small">The token shows a part of the environment: whatever is about others is left out.</p>
      )}
    </section>
  );
}
