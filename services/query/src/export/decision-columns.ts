import { decisionRow } from '@custody/store';
import { z } from 'zod';
import type { ExportColumn } from './column.ts';

function kindOf(name: string, shape: z.ZodType): ExportColumn['kind'] {
  if (shape instanceof z.ZodArray) return 'list';
  return name.endsWith('_at') ? 'time' : 'text';
}

/** The columns of `custody.decisions`, in the view's order. */
export const decisionColumns: readonly ExportColumn[] = Object.entries(decisionRow.shape).map(([name, shape]) => ({
  name,
  kind: kindOf(name, shape),
}));
