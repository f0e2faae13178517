import { isHelpOpen } from './components/help.tsx';
import { changeZone } from './components/top.tsx';
import { isTailHeld } from './live/held.ts';
import { pageAt } from './pages/page-at.ts';
import { pages } from './pages/registry.ts';
import { currentAddress, navigate } from './router/address.ts';
import { shortcuts, theme } from './state/preference.ts';
import { isLive, shifted, widened } from './state/range.ts';
import { changeView, hrefTo, viewOf } from './state/view.ts';

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, dialog[open]') !== null;
}

/** So long after `g` a page's key goes there. */
const patienceMs = 1_500;

/** The view that the page shows, which begins where the page does while the address says nothing. */
const shown = () => viewOf(currentAddress(), 'UTC', pageAt(currentAddress().path)?.entry.usualFrom);

const single: Readonly<Record<string, () => void>> = {
  '/': () => document.getElementById('search')?.focus(),
  f: () => document.getElementById('add-filter')?.click(),
  '[': () => changeView({ ...shifted(shown().span, -1, Date.now()) }),
  ']': () => {
    if (!isLive(shown().range)) changeView({ ...shifted(shown().span, 1, Date.now()) });
  },
  '-': () => changeView({ ...widened(shown().span, Date.now()) }),
  p: () => isTailHeld.set(!isTailHeld.value),
  z: changeZone,
  t: () => theme.set(theme.value === 'dark' ? 'light' : 'dark'),
  '?': () => isHelpOpen.set(true),
};

/** Has single keys do what the help lists, unless somebody types or wants none. */
export function listenToKeys(): void {
  let goingUntilMs = 0;
  document.addEventListener('keydown', (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isPlain || isTyping(event.target) || shortcuts.value === 'off') return;
    const page = Date.now() < goingUntilMs ? pages.find(({ nav }) => nav?.keys === event.key) : undefined;
    goingUntilMs = event.key === 'g' ? Date.now() + patienceMs : 0;
    const act = page ? () => navigate(hrefTo(page.pattern)) : single[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}
