import { matchPath } from '../router/match.ts';
import { type PageEntry, pages } from './registry.ts';

export interface PageAt {
  readonly entry: PageEntry;
  readonly parts: Readonly<Record<string, string>>;
}

/** The page that a path names, with the parts that the path names; `null` where there is none. */
export function pageAt(path: string): PageAt | null {
  for (const entry of pages) {
    const parts = matchPath(entry.pattern, path);
    if (parts !== null) return { entry, parts };
  }
  return null;
}
