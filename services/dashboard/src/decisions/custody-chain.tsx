import type { ComponentChildren } from 'preact';
import type { WholeDecision } from '../api/questions.ts';
import { AgentLink, HumanLink, ServerLink } from '../components/who.tsx';
import { Level, Time, Verdict } from '../components/words.tsx';

interface LinkProps {
  readonly name: string;
  readonly children: ComponentChildren;
  readonly note: string;
  /** All that is known, on hover. */
  readonly title?: string;
  readonly isBroken?: boolean;
}

function ChainLink({ name, children, note, title, isBroken = false }: LinkProps) {
  return (
    <li class={`chain-link ${isBroken ? 'is-broken' : ''}`}>
      <h3>{name}</h3>
      <p class="chain-what">{children}</p>
      <p class="small quiet wrap" title={title}>
        {note}
      </p>
    </li>
  );
}

/** Human → consent → agent → tool → decision: each link with what it rests on. */
export function CustodyChain({ decision, zone }: { readonly decision: WholeDecision; readonly zone: string }) {
  const { human, consent, agent, call } = decision.chain;
  const { attribution, candidates } = human;
  return (
    <ol class="chain" aria-label="Chain of custody">
      <ChainLink name="Authorizing human" note={human.sentence} isBroken={human.key === ''}>
        <HumanLink
          human={human.key}
          name={human.name}
          email={human.email}
          candidates={candidates}
          attribution={attribution === 'none' ? 'none' : 'exact'}
        />
      </ChainLink>
      <ChainLink
        name="Consent"
        note={consent.level === '' ? consent.sentence : `for ${call.server}`}
        title={consent.sentence}
        isBroken={consent.level === ''}
      >
        <Level level={consent.level} />{' '}
        {consent.consented_at !== null && (
          <span class="small quiet">
            since <Time at={consent.consented_at} zone={zone} />
          </span>
        )}
      </ChainLink>
      <ChainLink name="Agent" note={agent.name === '' ? agent.sentence : agent.key} title={agent.sentence}>
        <AgentLink agent={agent.key} name={agent.name} />
      </ChainLink>
      <ChainLink name="Tool" note={`requires ${call.required_level || 'a level that is not known'}`}>
        {call.tool} <span class="quiet">on</span> <ServerLink server={call.server} />
      </ChainLink>
      <ChainLink name="Decision" note={call.sentence} isBroken={call.decision === 'deny'}>
        <Verdict decision={call.decision} />
      </ChainLink>
    </ol>
  );
}

/** The arithmetic of trust: the lower of consent and ceiling, against what the tool requires. */
export function TrustArithmetic({ trust }: { readonly trust: WholeDecision['trust'] }) {
  const { consent, ceiling, effective, required, sufficient, sentence } = trust;
  const known = (level: string) => (level === '' ? <span class="quiet">not known</span> : <b>{level}</b>);
  return (
    <div class={`trust ${sufficient === null ? 'is-unknown' : sufficient ? '' : 'is-short'}`}>
      <p class="mono trust-line">
        {sufficient === null ? (
          <>
            consent {known(consent)}, max trust level {known(ceiling)}; required {known(required)}
          </>
        ) : (
          <>
            min(consent <b>{consent}</b>, max trust level <b>{ceiling}</b>) = <b>{effective}</b>{' '}
            {sufficient ? '≥' : '<'} required <b>{required}</b>
          </>
        )}
      </p>
      <p class="quiet">{sentence}</p>
    </div>
  );
}
