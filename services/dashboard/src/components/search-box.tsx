import { useEffect, useRef, useState } from 'preact/hooks';
import { navigate } from '../router/address.ts';
import { find, type Hit } from '../search/find.ts';
import { Icon } from './icon.tsx';

const pauseMs = 140;

function useHits(text: string): { readonly hits: readonly Hit[]; readonly of: string } {
  const [found, setFound] = useState<{ hits: readonly Hit[]; of: string }>({ hits: [], of: '' });
  useEffect(() => {
    if (text.length < 2) return setFound({ hits: [], of: text });
    const leave = new AbortController();
    const timer = setTimeout(async () => {
      const hits = await find(text, leave.signal);
      if (!leave.signal.aborted) setFound({ hits, of: text });
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      leave.abort();
    };
  }, [text]);
  return found;
}

/** One box for everything that can be named: a key, a bare id, an e-mail address, a name, a server, a tool, a decision. */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const { hits, of } = useHits(text.trim());
  const isShown = isOpen && text.trim().length >= 2;
  const isReady = of === text.trim();
  const go = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    navigate(hit.href);
    setText('');
    setOpen(false);
    input.current?.blur();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setOpen(false);
      input.current?.blur();
    } else if (event.key === 'Enter' && isReady) go(hits[active]);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + hits.length) % Math.max(1, hits.length));
    }
  };
  return (
    <search class="search">
      <Icon name="search" />
      <input
        id="search"
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search by name, key, id or e-mail"
        aria-expanded={isShown}
        aria-controls="search-hits"
        aria-autocomplete="list"
        aria-activedescendant={isShown && hits.length > 0 ? `hit-${active}` : undefined}
        placeholder="Agent, human, server, tool, decision id…"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKey}
      />
      <span class="key-hint" aria-hidden="true">
        /
      </span>
      <div id="search-hits" role="listbox" aria-label="Found" class="popover hits" hidden={!isShown}>
        {!isReady && hits.length === 0 && <div class="quiet hit">Looking…</div>}
        {hits.map((hit, index) => (
          // The keyboard moves through the list from the box; a press must not take the focus from it.
          <div
            key={hit.href}
            id={`hit-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            class="hit"
            onMouseDown={(event) => {
              event.preventDefault();
              go(hit);
            }}
            onMouseMove={() => setActive(index)}
          >
            <Icon name={hit.icon} />
            <span class="cut">{hit.title}</span>
            <span class="quiet small cut">{hit.detail}</span>
          </div>
        ))}
      </div>
    </search>
  );
}
