import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Field names whose value never reaches a log line, at the top or one level down. */
const secretFields = ['authorization', 'apiKey', 'api_key', 'token', 'password', 'secret', 'cookie'];
const secretPaths = secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Permit keys, tokens of the API and bearer values, wherever in a text they turn up. */
const secretText =
  /permit_key_[\w-]+|custody_tk_[\w-]+|(?<=bearer\s+)[\w.~+/=-]{8,}|(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi;

/** Replaces what looks like a credential in free text with `[redacted]`. */
export function redactText(text: string): string {
  return text.replace(secretText, '[redacted]');
}

/** Anything may be thrown, and so be logged as an error: what is none is written as it is. */
function redactError(error: unknown): unknown {
  if (typeof error === 'string') return redactText(error);
  if (typeof error !== 'object' || error === null) return error;
  const { type, message, stack, ...rest } = pino.stdSerializers.err(error as Error);
  const texts = Object.entries({ type, message, stack }).filter(([, text]) => typeof text === 'string');
  return { ...Object.fromEntries(texts.map(([name, text]) => [name, redactText(text)])), ...rest };
}

export interface LoggerOptions {
  /** The service's name, on every line. */
  readonly service: string;
  readonly level?: LogLevel;
  readonly destination?: DestinationStream;
}

/** JSON lines on standard output; secrets are cut by field name, by shape in messages, and in error texts. */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths, censor: '[redacted]' },
      serializers: { err: redactError },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args.map((value: unknown) =>
            typeof value === 'string' ? redactText(value) : value,
          );
          method.apply(this, [first, ...rest] as Parameters<typeof method>);
        },
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
