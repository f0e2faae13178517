import type { WholeAlert } from '../api/alert-questions.ts';
import { DataTable } from '../components/data-table.tsx';
import { Panel } from '../components/panel.tsx';
import { ServerLink } from '../components/who.tsx';
import { shortId, words } from '../format/names.ts';
import { exact, percent } from '../format/numbers.ts';
import { NamedAgent, NamedHuman } from './named.tsx';

type Contributor = WholeAlert['explanation']['contributors'][string][number];

const titles: Readonly<Record<string, string>> = {
  agent: 'Agents',
  human: 'Humans',
  server: 'Servers',
  tool: 'Tools',
  reason: 'Reasons',
};

function Who({ dimension, one: { key, name } }: { readonly dimension: string; readonly one: Contributor }) {
  if (dimension === 'agent') return <NamedAgent of={key} name={name} />;
  if (dimension === 'human') return <NamedHuman of={key} name={name} />;
  if (dimension === 'server') return <ServerLink server={key} />;
  if (dimension === 'reason') return <>{words(name || key)}</>;
  // A tool is known with its server.
  const [, server = '', tool = name || shortId(key)] = /^([^:]+):(.+)$/.exec(name || key) ?? [];
  return (
    <span class="wrap" title={key}>
      {tool} <span class="quiet">{server}</span>
    </span>
  );
}

function Share({ share, usual }: { readonly share: number; readonly usual: number | null }) {
  const text = `${percent(share)} of the denials, usually ${usual === null ? 'none' : percent(usual)}`;
  return (
    <span class="share-with" title={text}>
      <span class="share">
        <span class="share-fill" style={{ width: `${100 * share}%` }} />
        {usual !== null && <span class="share-usual" style={{ left: `${100 * usual}%` }} />}
      </span>
      {percent(share)}
    </span>
  );
}

/** Who and what the denials are of, beside what is usual. */
export function Contributors({ explanation }: { readonly explanation: WholeAlert['explanation'] }) {
  const all = Object.entries(explanation.contributors).filter(([, those]) => those.length > 0);
  return (
    <>
      {all.map(([dimension, those]) => (
        <Panel key={dimension} title={titles[dimension] ?? dimension}>
          <DataTable<Contributor>
            caption={titles[dimension] ?? dimension}
            rows={those}
            keyOf={({ key }) => key}
            none="None"
            most={8}
            columns={[
              {
                name: 'Name',
                show: (one) => (
                  <>
                    <Who dimension={dimension} one={one} /> {one.is_new && <span class="tag is-new">new</span>}
                  </>
                ),
              },
              {
                name: 'Share',
                isNumber: true,
                show: ({ share, usual_share: usual }) => <Share share={share} usual={usual} />,
              },
              { name: 'Usual', isNumber: true, show: ({ usual_share: usual }) => percent(usual) },
              { name: 'Denied', isNumber: true, show: ({ denials }) => exact(denials) },
            ]}
          />
        </Panel>
      ))}
    </>
  );
}
