import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { failureOf } from '../api/use-answer.ts';
import { markInteractive } from '../marks.ts';
import { pageAt } from '../pages/page-at.ts';
import type { PageEntry, PageProps } from '../pages/registry.ts';
import { useAddress } from '../router/address.ts';
import { me } from '../state/access.ts';
import { useStore } from '../state/store.ts';
import { FilterBar } from './filter-bar.tsx';
import { Help } from './help.tsx';
import { Side } from './side.tsx';
import { Empty, Failed } from './states.tsx';
import { Top } from './top.tsx';

type Loaded = { readonly entry: PageEntry; readonly Page: ComponentType<PageProps> | null };

/** The module of a page; `Page: null` where it cannot be loaded, as when Custody was updated meanwhile. */
function useLoaded(entry: PageEntry | undefined): Loaded | null {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let isCurrent = true;
    entry
      ?.load()
      .then(({ default: Page }) => isCurrent && setLoaded({ entry, Page }))
      .catch(() => isCurrent && setLoaded({ entry, Page: null }));
    return () => {
      isCurrent = false;
    };
  }, [entry]);
  return loaded !== null && loaded.entry === entry ? loaded : null;
}

/** Everything around a page, and the page that the address names. */
export function Shell() {
  const { path } = useAddress();
  const found = pageAt(path);
  const loaded = useLoaded(found?.entry);
  const isDemo = useStore(me)?.demo === true;
  useEffect(() => {
    const title = found === null ? 'Custody' : `${found.entry.title} · Custody`;
    document.title = isDemo ? `DEMO · ${title}` : title;
  }, [found?.entry, isDemo]);
  const isThere = loaded !== null;
  useEffect(() => {
    if (isThere) markInteractive();
  }, [isThere]);
  const hasView = found?.entry.hasView ?? true;
  const hasFilters = hasView && (found?.entry.hasFilters ?? true);
  return (
    <div class={isDemo ? 'shell is-demo' : 'shell'}>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <Side current={found?.entry ?? null} />
      <div class="main">
        <Top entry={found?.entry ?? null} hasView={hasView} />
        {hasFilters && <FilterBar />}
        <main id="content" tabIndex={-1}>
          {found === null ? (
            <Empty title="There is no such page">
              <a href="/">Go to the overview</a>
            </Empty>
          ) : loaded?.Page === null ? (
            <Failed
              failure={{
                ...failureOf(null),
                detail: 'This page cannot be loaded.',
                remedy: 'Load it anew: Custody may have been updated.',
              }}
              again={() => location.reload()}
            />
          ) : (
            loaded && <loaded.Page key={found.entry.pattern} parts={found.parts} />
          )}
        </main>
      </div>
      <Help />
    </div>
  );
}
