const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Control characters, and those that turn the direction of text or cannot be seen. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}}`;
}

/** Text in one line that a terminal can do nothing with but show it. */
export function harmless(text: string): string {
  return text.replace(unprintable, escaped);
}

/** The same where lines may stay lines, and tabs tabs. */
function harmlessLines(text: string): string {
  return text.replace(unprintable, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

/** JSON of a value, harmless on a terminal too: JSON itself escapes only the control characters of ASCII. */
export function harmlessJson(value: unknown, indent?: number): string {
  const escapedUnits = (character: string) =>
    Array.from({ length: character.length }, (_, at) => {
      return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
    }).join('');
  return JSON.stringify(value, null, indent).replace(unprintable, (character) =>
    character === '\n' ? character : escapedUnits(character),
  );
}

/** The text that the bytes are in UTF-8, or `null` where they are none. */
export function utf8TextOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

const bytesPerLine = 16;

function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let from = 0; from < bytes.byteLength; from += bytesPerLine) {
    const row = [...bytes.subarray(from, from + bytesPerLine)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${from.toString(16).padStart(8, '0')}  ${hex.padEnd(bytesPerLine * 3 - 1)}  |${text}|`);
  }
  return lines.join('\n');
}

/** Bytes as a person may look at them: their text where they are UTF-8, else a hex dump. */
export function bytesText(bytes: Uint8Array | null): string {
  if (bytes === null) return '(no value)';
  if (bytes.byteLength === 0) return '(0 bytes)';
  const text = utf8TextOf(bytes);
  return text === null ? hexDump(bytes) : harmlessLines(text);
}
