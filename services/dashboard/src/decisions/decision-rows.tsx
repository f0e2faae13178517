import type { DecisionRow } from '../api/questions.ts';
import { AgentLink, HumanLink, ServerLink } from '../components/who.tsx';
import { Level, Time, Verdict } from '../components/words.tsx';
import { words } from '../format/names.ts';
import { zoneLabel } from '../format/times.ts';
import { hrefTo } from '../state/view.ts';

interface DecisionRowsProps {
  readonly rows: readonly DecisionRow[];
  readonly zone: string;
  readonly caption: string;
  /** So many rows are there whatever there is to show, so that nothing moves. */
  readonly atLeast?: number;
}

function Row({ row, zone }: { readonly row: DecisionRow; readonly zone: string }) {
  const isDenied = row.decision === 'deny';
  return (
    <tr class={isDenied ? 'is-denied' : ''}>
      <td>
        <a href={hrefTo(`/decisions/${row.decision_id}`)} title={`Decision ${row.decision_id}`}>
          <Time at={row.occurred_at} zone={zone} hasSeconds />
        </a>
      </td>
      <td>
        <Verdict decision={row.decision} />
      </td>
      <td class="cut">
        <AgentLink agent={row.agent_key} name={row.agent_name} />
      </td>
      <td class="cut">
        <HumanLink
          human={row.human_key}
          name={row.human_name}
          email={row.human_email}
          attribution={row.attribution}
          candidates={row.human_candidates}
        />
      </td>
      <td class="cut">
        <ServerLink server={row.server} />
      </td>
      <td class="cut" title={row.tool}>
        {row.tool}
      </td>
      <td class="nowrap">
        <Level level={row.trust_level} /> <span class="quiet">/</span> <Level level={row.required_level} />
      </td>
      <td class="cut" title={row.reason}>
        {row.reason_code === '' ? '' : words(row.reason_code)}
      </td>
    </tr>
  );
}

/** Decisions as a table, a line each. */
export function DecisionRows({ rows, zone, caption, atLeast = 0 }: DecisionRowsProps) {
  const missing = Math.max(0, atLeast - rows.length);
  const heads = [
    `Time (${zoneLabel(zone)})`,
    'Decision',
    'Agent',
    'Authorizing human',
    'Server',
    'Tool',
    'Level / required',
    'Reason',
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class="table-scroll" aria-label={`${caption}: table`} tabIndex={0}>
      <table class="rows decisions">
        <caption class="hidden-visually">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th
                key={head}
                scope="col"
                title={head.startsWith('Level') ? 'What the human consented to, and what the tool requires' : undefined}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row key={index} row={row} zone={zone} />
          ))}
          {Array.from({ length: missing }, (_, index) => (
            <tr key={`none-${index}`}>
              <td colSpan={heads.length}>&nbsp;</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
