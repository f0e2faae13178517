import { session, signOut } from '../api/session.ts';
import { zoneLabel } from '../format/times.ts';
import type { PageEntry } from '../pages/registry.ts';
import { me } from '../state/access.ts';
import { theme, zoneChoice } from '../state/preference.ts';
import { useStore } from '../state/store.ts';
import { changeView, useView } from '../state/view.ts';
import { EnvironmentPicker } from './environment-picker.tsx';
import { isHelpOpen } from './help.tsx';
import { Icon } from './icon.tsx';
import { RangePicker } from './range-picker.tsx';
import { SearchBox } from './search-box.tsx';

const nextTheme = { auto: 'light', light: 'dark', dark: 'auto' } as const;

function ThemeButton() {
  const choice = useStore(theme);
  return (
    <button
      type="button"
      class="button is-quiet"
      onClick={() => theme.set(nextTheme[choice])}
      title={`Theme: ${choice}. Change to ${nextTheme[choice]} (t)`}
      aria-label={`Theme: ${choice}`}
    >
      <Icon name="theme" />
    </button>
  );
}

/** Changes between the machine's zone and UTC; an address that names a zone gives way. */
export function changeZone(): void {
  zoneChoice.set(zoneChoice.value === 'local' ? 'UTC' : 'local');
  changeView({ tz: '' });
}

function ZoneButton({ zone }: { readonly zone: string }) {
  return (
    <button type="button" class="button is-quiet" onClick={changeZone} title={`Times are of ${zone}. Change zone (z)`}>
      <Icon name="clock" />
      <span class="hidden-visually">Times are of</span>
      {zoneLabel(zone)}
    </button>
  );
}

function Account() {
  const who = useStore(me);
  const { token } = useStore(session);
  if (who === null || token === null) return null;
  return (
    <button
      type="button"
      class="button is-quiet"
      onClick={() => signOut()}
      title={`${who.name} may ${who.scope}. Log out`}
    >
      <Icon name="out" />
      <span>Log out</span>
    </button>
  );
}

/** What holds for every page: where to look, of which time, of which environment, in which zone. */
export function Top({ entry, hasView }: { readonly entry: PageEntry | null; readonly hasView: boolean }) {
  const view = useView(entry?.usualFrom);
  return (
    <header class="top">
      <SearchBox />
      <div class="top-tools">
        {hasView && <EnvironmentPicker view={view} />}
        {hasView && <RangePicker view={view} />}
        <ZoneButton zone={view.zone} />
        <ThemeButton />
        <button
          type="button"
          class="button is-quiet"
          onClick={() => isHelpOpen.set(true)}
          title="Keyboard (?)"
          aria-label="Keyboard shortcuts"
        >
          <Icon name="keys" />
        </button>
        <Account />
      </div>
    </header>
  );
}
