/** HTTP status of an exception code, as ClickHouse maps them; codes not listed are 500. */
const statusByCode = new Map<number, number>();

const groups: readonly (readonly [status: number, codes: readonly number[]])[] = [
  // Syntax, and values that cannot be read.
  [
    400,
    [
      6, 7, 25, 26, 27, 32, 33, 38, 41, 42, 43, 44, 53, 62, 69, 70, 72, 80, 117, 131, 167, 168, 174, 190, 371, 376, 427,
      441, 453, 456, 457, 467, 471,
    ],
  ],
  [403, [192, 193, 497, 516]],
  [404, [16, 46, 47, 50, 56, 60, 63, 73, 81, 115, 155, 390, 447]],
  [408, [159]],
  [411, [381]],
  [413, [166, 307]],
  [429, [202, 201]],
  [501, [48]],
  [503, [209, 210, 439, 745]],
];
for (const [status, codes] of groups) for (const code of codes) statusByCode.set(code, status);

export function httpStatus(code: number): number {
  return statusByCode.get(code) ?? 500;
}
