import { CustodyError } from '@custody/runtime';
import { queryErrors } from '../errors.ts';
import type { PlacedFault } from './rules-file.ts';

/** So many are told; the rest are as wrong as they. */
const mostFaults = 100;

function faultText({ path, line, wrong, right }: PlacedFault): string {
  const where = [path, ...(line === null ? [] : [`line ${line}`])].filter((part) => part !== '').join(', ');
  return `${where === '' ? '' : `${where}: `}${wrong}; right would be: ${right}`;
}

/** What is wrong with rules, all of it in one problem. */
export function rulesRefused(faults: readonly PlacedFault[]): CustodyError {
  const text = faults.slice(0, 3).map(faultText).join('. ');
  const more = faults.length > 3 ? `. And ${faults.length - 3} more, see faults` : '';
  return new CustodyError(queryErrors.QUERY_BAD_RULES, `${text}${more}.`, {
    fields: { faults: faults.slice(0, mostFaults) },
  });
}
