import { z } from 'zod';

/**
 * A row whose columns depend on what was asked: each value is looked at and none is copied, since an answer may have thousands
 * of rows.
 */
export function recordOf<Value>(isValue: (value: unknown) => value is Value): z.ZodType<Record<string, Value>> {
  return z.custom<Record<string, Value>>((row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return false;
    return Object.values(row).every(isValue);
  });
}
