import { readFile } from 'node:fs/promises';
import { EntryList } from './entry-list.ts';
import { SimulatorError } from './errors.ts';
import { FactTable, type GivenFacts } from './given-facts.ts';
import { plainId } from './ids.ts';
import { createScope, type Scope } from './scope.ts';

export interface EntriesOptions {
  /** Path of an NDJSON file, or its lines, or entries as objects. Lines are served byte for byte. */
  readonly entries: string | readonly (string | Readonly<Record<string, unknown>>)[];
  /** Path of a JSON file, or the object itself. Without it every facts endpoint is empty. */
  readonly facts?: string | GivenFacts;
}

/** A given set of entries with the facts that belong to them. */
export interface EntryFile {
  readonly scope: Scope;
  readonly entries: EntryList;
  readonly facts: FactTable;
}

/** Reads entries and facts, all visible at once; rejects with a SimulatorError that names the line. */
export async function openEntryFile({ entries, facts }: EntriesOptions): Promise<EntryFile> {
  const given = typeof entries === 'string' ? (await read(entries)).split('\n') : entries;
  const texts = given.map((one) => (typeof one === 'string' ? one.replace(/\r$/, '') : JSON.stringify(one)));
  const list = new EntryList();
  texts.forEach((entry, index) => {
    if (entry.trim() === '') return;
    try {
      list.add({ entry });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SimulatorError('SIMULATOR_ENTRY_INVALID', `line ${index + 1}: ${reason}`, { cause });
    }
  });
  const first = texts.find((text) => text.trim() !== '');
  const object: unknown = typeof facts === 'string' ? parseJson(await read(facts), facts) : facts;
  return { scope: scopeOf(first), entries: list, facts: new FactTable(object) };
}

/** The entries' own organisation, project and environment, so that what is asked for matches what they say. */
function scopeOf(text: string | undefined): Scope {
  const scope = createScope(0);
  const entry = text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>);
  const own = (name: string, otherwise: string) => plainId(String(entry[name] ?? '')) ?? otherwise;
  return {
    ...scope,
    organizationId: own('org_id', scope.organizationId),
    projectId: own('project_id', scope.projectId),
    environmentId: own('env_id', scope.environmentId),
  };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SimulatorError('SIMULATOR_FILE_UNREADABLE', `cannot read ${path}`, { cause });
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SimulatorError('SIMULATOR_FACTS_INVALID', `${where} is not valid JSON`, { cause });
  }
}
