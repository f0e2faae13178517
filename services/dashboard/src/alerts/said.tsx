import type { WholeAlert } from '../api/alert-questions.ts';
import { Time } from '../components/words.tsx';
import { exact } from '../format/numbers.ts';
import { duration, momentTime } from '../format/times.ts';
import { literal } from '../state/filters.ts';
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

/** What is about reading and not about denials; what there was to read stands on the page of coverage. */
const ofReading: readonly string[] = ['coverage_lost', 'source_silent'];

/** Where what was counted can be looked at. */
function Counted({ alert: { window, subject, detector } }: { readonly alert: WholeAlert }) {
  const of = { from: window.from, to: window.to, env: literal(subject.env_name), ...decisionFilters(subject) };
  const link = (href: string, text: string) => (
    <a class="is-link" href={href}>
      {text}
    </a>
  );
  if (ofReading.includes(detector)) {
    const { env } = of;
    return <>{link(hrefTo('/coverage', { from: '', to: '', env }), 'coverage of the environment')}</>;
  }
  return (
    <>
      {link(hrefTo('/decisions', { ...of, decision: 'deny' }), 'these denials')},{' '}
      {link(hrefTo('/decisions', of), 'all decisions')}
    </>
  );
}

/** What was found, in numbers and sentences. */
export function Said({ alert, zone }: { readonly alert: WholeAlert; readonly zone: string }) {
  const { observed, expected, bound, probability, peak, window, explanation, completeness, is_late, detector } = alert;
  // Of coverage it is seconds that are counted.
  const unit = detector === 'coverage_lost' ? duration : value;
  const figures = [
    ['Observed', unit(observed)],
    ['Expected', expected === null ? 'no opinion' : unit(expected)],
    ['Bound', unit(bound)],
    ['By chance', probability === null ? '–' : chanceText(probability)],
    ['Peak', unit(peak)],
  ] as const;
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
        <Counted alert={alert} />
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
