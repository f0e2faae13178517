import { groups, type PageEntry, pages } from '../pages/registry.ts';
import { useAddress } from '../router/address.ts';
import { me, useMay } from '../state/access.ts';
import { useStore } from '../state/store.ts';
import { hrefTo } from '../state/view.ts';
import { Icon } from './icon.tsx';

function Entry({ entry, isCurrent }: { readonly entry: PageEntry; readonly isCurrent: boolean }) {
  const isOffered = useMay(entry.needs ?? 'read');
  // Links keep the range: drawn anew with the address.
  useAddress();
  if (!isOffered || entry.nav === undefined) return null;
  return (
    <li>
      <a
        class="side-link"
        href={hrefTo(entry.pattern)}
        aria-current={isCurrent ? 'page' : undefined}
        title={`${entry.title} (g ${entry.nav.keys})`}
      >
        <Icon name={entry.nav.icon} />
        <span>{entry.title}</span>
      </a>
    </li>
  );
}

/** The way to every page. A page about one agent belongs to that of all agents. */
export function Side({ current }: { readonly current: PageEntry | null }) {
  const who = useStore(me);
  const isWithin = ({ pattern }: PageEntry) =>
    current !== null && (pattern === current.pattern || (pattern !== '/' && current.pattern.startsWith(`${pattern}/`)));
  return (
    <nav class="side" aria-label="Pages">
      <a class="brand" href="/">
        <img src="/custody.svg" alt="" width="22" height="22" />
        <span>Custody</span>
      </a>
      {who?.demo && (
        <p class="demo-mark" title="Simulated agents, humans and decisions; nothing of yours">
          DEMO <span>simulated data</span>
        </p>
      )}
      {groups.map((group) => {
        const own = pages.filter(({ nav }) => nav?.group === group);
        if (own.length === 0) return null;
        return (
          <div key={group} class="side-group">
            <h2>{group}</h2>
            <ul>
              {own.map((entry) => (
                <Entry key={entry.pattern} entry={entry} isCurrent={isWithin(entry)} />
              ))}
            </ul>
          </div>
        );
      })}
      <div class="side-foot">
        <a class="side-link" href="/docs">
          <Icon name="docs" />
          <span>API</span>
        </a>
      </div>
    </nav>
  );
}
