import type { WholeDecision } from '../api/questions.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Copy } from '../components/copy.tsx';
import { AnswerPanel, Panel } from '../components/panel.tsx';
import { Skeleton } from '../components/states.tsx';
import { Time, Verdict } from '../components/words.tsx';
import { CustodyChain, TrustArithmetic } from '../decisions/custody-chain.tsx';
import { GrantTable } from '../entities/grant-table.tsx';
import { words } from '../format/names.ts';
import { hrefTo, useView } from '../state/view.ts';
import type { PageProps } from './registry.ts';

function Denial({ decision }: { readonly decision: WholeDecision }) {
  const { denial } = decision;
  if (denial === null) return null;
  return (
    <Panel title="What would have let it pass" class="is-remedy">
      <p>{denial.sentence}</p>
      <ul class="remedies">
        {denial.remedies.map(({ code, sentence }) => (
          <li key={code + sentence}>
            {sentence} <code class="quiet">{code}</code>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** How the hour is closed, in the zone of the page. */
function Sealed({ seal, zone }: { readonly seal: WholeDecision['seal']; readonly zone: string }) {
  if (seal === null) return <p>A seal is of the whole environment, of which this token shows a part.</p>;
  const { sealed_at, state, revision, reasons, is_current, sentence } = seal;
  if (sealed_at === null) return <p>{sentence}</p>;
  return (
    <p>
      {state}
      {reasons.length > 0 && `: ${reasons.join(', ')}`}, revision {revision}, sealed at{' '}
      <Time at={sealed_at} zone={zone} hasSeconds />
      {!is_current && '; what is stored has changed since, and it is to be sealed anew'}
    </p>
  );
}

function Whole({ decision, zone }: { readonly decision: WholeDecision; readonly zone: string }) {
  const { chain, check, seal, entry, derived_roles } = decision;
  const grants = [...chain.consent.grants, ...chain.ceiling.grants, ...chain.call.grants];
  return (
    <>
      <CustodyChain decision={decision} zone={zone} />
      <TrustArithmetic trust={decision.trust} />
      <Denial decision={decision} />
      <div class="columns">
        <Panel title="The check" aside={<Copy text={check} what="the check" />}>
          <pre class="code">{check}</pre>
        </Panel>
        <Panel title="Seal of the hour">
          <Sealed seal={seal} zone={zone} />
          {seal !== null && seal.digest !== '' && <p class="mono small quiet wrap">{seal.digest}</p>}
        </Panel>
        <Panel title="Roles that the policy derived">
          <p>{derived_roles.sentence}</p>
        </Panel>
      </div>
      <Panel title="Grants of that moment">
        <GrantTable grants={grants} zone={zone} caption="Grants of that moment" />
      </Panel>
      <Panel title="Entry, as Permit sent it" aside={entry !== null && <Copy text={entry} what="the entry" />}>
        <pre class="code">{entry ?? 'It expired, or entries are not kept.'}</pre>
      </Panel>
    </>
  );
}

/** One decision whole: who, on whose authority, what, why, and what would have let it pass. */
export default function Decision({ parts }: PageProps) {
  const { id = '' } = parts;
  const { zone } = useView();
  const answer = useAnswer(`decision ${id}`, (client, signal) =>
    client.GET('/v1/decisions/{id}', { params: { path: { id } }, signal }),
  );
  const found = answer.body?.data;
  return (
    <div class="page">
      <div class="page-head">
        <h1>{found === undefined ? 'Decision' : <Verdict decision={found.decision} />}</h1>
        {found !== undefined && (
          <>
            <Time at={found.occurred_at} zone={zone} hasSeconds />
            <span class="quiet">{found.env_name}</span>
            {found.reason_code !== '' && (
              <a href={hrefTo('/decisions', { reason_code: found.reason_code })}>{words(found.reason_code)}</a>
            )}
          </>
        )}
        <span class="mono quiet">{id}</span>
        <Copy text={id} what="the id" />
      </div>
      <AnswerPanel title="Chain of custody" answer={answer} skeleton={<Skeleton rows={4} height={4} />} class="is-bare">
        {({ data }) => <Whole decision={data} zone={zone} />}
      </AnswerPanel>
    </div>
  );
}
