import type { DecisionPage, ListedEntry } from '@custody/permit';
import type { DecisionSource } from '../../src/source.ts';
import { entryAt } from './entries.ts';

const encoder = new TextEncoder();

export function listedEntry(index: number, timestamp: string): ListedEntry {
  const entry = entryAt(index, timestamp);
  return { bytes: encoder.encode(JSON.stringify(entry)), id: entry.id, occurredAtMs: Date.parse(timestamp) };
}

/** An entry that says neither who it is nor when it was. */
export function garbage(text: string): ListedEntry {
  return { bytes: encoder.encode(text), id: null, occurredAtMs: null };
}

/** A source whose listing a test can change between two pages. It lists garbage in every range. */
export class ListedSource implements DecisionSource {
  entries: ListedEntry[] = [];
  /** Called before each page is cut. */
  onPage: (page: number) => void = () => undefined;

  async listDecisions({ range, page = 1, perPage = 100 }: Parameters<DecisionSource['listDecisions']>[0]) {
    this.onPage(page);
    const matching = this.#matching(range);
    const entries = matching.slice((page - 1) * perPage, page * perPage);
    return { entries, totalCount: matching.length, serverDateMs: null } satisfies DecisionPage;
  }

  async countDecisions(range: Parameters<DecisionSource['countDecisions']>[0]) {
    return { totalCount: this.#matching(range).length, serverDateMs: null };
  }

  #matching({ fromMs, toMs }: { fromMs: number; toMs: number }): ListedEntry[] {
    const isListed = (ms: number | null) => ms === null || (ms >= fromMs - 1_000 && ms <= toMs + 1_000);
    return this.entries.filter(({ occurredAtMs }) => isListed(occurredAtMs));
  }
}
