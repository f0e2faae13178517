import { useEffect, useState } from 'preact/hooks';

/** Whoever looks away for so long is taken to be elsewhere, milliseconds. */
const graceMs = 30_000;

/** Whether somebody looks at the page, or did a moment ago. What only serves their eyes may rest otherwise. */
export function useSeen(): boolean {
  const [isSeen, setSeen] = useState(!document.hidden);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => setSeen(false), graceMs);
      else setSeen(true);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return isSeen;
}
