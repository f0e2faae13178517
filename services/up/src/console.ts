import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { z } from 'zod';

/** A service's log line, as far as the console shows it. */
const logLine = z.looseObject({ level: z.string(), msg: z.string().default(''), remedy: z.string().optional() });

export interface ConsoleOptions {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly now: () => number;
}

const labelWidth = 9;
/** What a service says about itself for machines; a reader of the console wants the rest. */
const quietFields = new Set(['level', 'time', 'service', 'msg', 'err', 'remedy', 'pid', 'hostname', 'stack']);

function showValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function showFields(line: Record<string, unknown>): string {
  const { message } = z
    .looseObject({ message: z.string().optional() })
    .catch({})
    .parse(line.err ?? {});
  // Where an error is all that a line says, its message is the line's.
  const fields = message === undefined || message === line.msg ? line : { ...line, error: message };
  const shown = Object.entries(fields).filter(([name]) => !quietFields.has(name));
  return shown.map(([name, value]) => `${name}=${showValue(value)}`).join(' ');
}

/** What a person sees of a running pipeline: one plain line an event, coloured on a terminal. */
export class Console {
  readonly #options: ConsoleOptions;

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  get isTerminal(): boolean {
    return this.#options.isTerminal;
  }

  /** One event of a part of the pipeline. */
  event(label: string, text: string): void {
    const time = new Date(this.#options.now()).toISOString().slice(11, 19);
    this.line(`${pc.dim(time)}  ${pc.cyan(label.padEnd(labelWidth))} ${text}`);
  }

  warning(label: string, text: string): void {
    this.event(label, pc.yellow(text));
  }

  line(text: string): void {
    this.#options.write(`${this.#options.isTerminal ? text : stripVTControlCharacters(text)}\n`);
  }

  /** A line that a service wrote: its own log format shortened, anything else (a crash) as it came. */
  serviceLine(label: string, text: string): void {
    const parsed = logLine.safeParse(parseJson(text));
    if (!parsed.success) {
      this.warning(label, text);
      return;
    }
    const { level, msg, remedy } = parsed.data;
    // What somebody is told of is a line of its own kind: nothing beside what it says.
    if ('alert' in parsed.data) {
      this.event(label, pc.bold(pc.red(msg)));
      return;
    }
    const fields = showFields(parsed.data);
    const shown = `${msg}${fields === '' ? '' : ` ${pc.dim(fields)}`}${remedy === undefined ? '' : ` → ${remedy}`}`;
    if (level === 'info' || level === 'debug' || level === 'trace') this.event(label, shown);
    else this.warning(label, shown);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
