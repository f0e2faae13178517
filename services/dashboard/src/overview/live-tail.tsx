import { useEffect, useRef } from 'preact/hooks';
import { useDecisions } from '../api/questions.ts';
import { Icon } from '../components/icon.tsx';
import { Panel } from '../components/panel.tsx';
import { DecisionRows } from '../decisions/decision-rows.tsx';
import { exact } from '../format/numbers.ts';
import { isTailHeld } from '../live/held.ts';
import { useSeen } from '../live/seen.ts';
import { useTail } from '../live/use-tail.ts';
import { isLive } from '../state/range.ts';
import { useStore } from '../state/store.ts';
import type { View } from '../state/view.ts';

const shown = 12;
const states = { connecting: 'connecting…', live: 'live', lost: 'connection lost, trying again' } as const;

/** The newest decisions of a range that has ended. */
function LastOfRange({ view }: { readonly view: View }) {
  const { body } = useDecisions(view, { limit: String(shown) });
  return (
    <Panel title="Last decisions of the range" isBusy={body === null}>
      <DecisionRows rows={body?.data ?? []} zone={view.zone} caption="Last decisions of the range" atLeast={shown} />
    </Panel>
  );
}

function Following({ view }: { readonly view: View }) {
  const isHeld = useStore(isTailHeld);
  const isSeen = useSeen();
  const tail = useTail(view, shown, isSeen);
  const { body, again } = useDecisions({ ...view, refreshMs: null }, { limit: String(shown) });
  const wasAway = useRef(false);
  useEffect(() => {
    // What landed meanwhile was not followed.
    if (isSeen && wasAway.current) again();
    wasAway.current = !isSeen;
  }, [isSeen]);
  const landed = new Set(tail.rows.map(({ decision_id }) => decision_id));
  const before = (body?.data ?? []).filter(({ decision_id }) => !landed.has(decision_id));
  const rows = [...tail.rows, ...before].slice(0, shown);
  const aside = (
    <>
      <span class={`live is-${isHeld ? 'held' : tail.state}`} title="Decisions that land in the store, late ones too">
        {isHeld ? 'held' : states[tail.state]} · {tail.perSecond.toFixed(1)} / s
      </span>
      {tail.late > 0 && (
        <span
          class="quiet"
          title="Decisions that landed more than 15 minutes after they were made; they are counted above, and not shown here"
        >
          {exact(tail.late)} late
        </span>
      )}
      <button
        type="button"
        class="button is-quiet"
        onClick={() => isTailHeld.set(!isHeld)}
        title={isHeld ? 'Go on (p)' : 'Hold (p)'}
      >
        <Icon name={isHeld ? 'play' : 'pause'} /> {isHeld ? 'Go on' : 'Hold'}
      </button>
    </>
  );
  return (
    <Panel title="Live decisions" aside={aside}>
      <DecisionRows rows={rows} zone={view.zone} caption="Live decisions" atLeast={shown} />
    </Panel>
  );
}

/** Decisions as they land, in a fixed number of rows. */
export function LiveTail({ view }: { readonly view: View }) {
  return isLive(view.range) ? <Following view={view} /> : <LastOfRange view={view} />;
}
