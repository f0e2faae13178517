import { Store, useStore } from '../state/store.ts';

/** Where the page is: every view is an address that can be sent to a colleague. */
export interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
}

function read(): Address {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

const address = new Store(read());

/** Paths that are not this page's: the API, its documents, files. */
const foreign = /^\/(v1|docs|openapi\.json|metrics|livez|readyz|assets)(\/|$)/;

export function useAddress(): Address {
  return useStore(address);
}

export function currentAddress(): Address {
  return address.value;
}

/** Goes to an address of this page, relative or absolute. `replace`: without a step in the browser's history. */
export function navigate(href: string, { replace = false } = {}): void {
  const isNewPage = new URL(href, location.href).pathname !== location.pathname;
  history[replace ? 'replaceState' : 'pushState'](null, '', href);
  address.set(read());
  if (isNewPage) scrollTo(0, 0);
}

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** Has ordinary links of this page followed without loading it anew. */
export function followLinks(): void {
  addEventListener('popstate', () => address.set(read()));
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || event.defaultPrevented || !isPlainClick(event)) return;
    if (link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return;
    if (foreign.test(link.pathname) || link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    navigate(link.href);
  });
}
