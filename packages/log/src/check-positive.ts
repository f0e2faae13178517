import { CustodyError } from '@custody/runtime';
import { logErrors } from './errors.ts';

/** Throws LOG_INVALID_OPTION for a number that is given and not above zero. */
export function checkPositive(name: string, value: number | undefined): void {
  if (value === undefined || value > 0) return;
  throw new CustodyError(logErrors.LOG_INVALID_OPTION, `${name} is ${value}; it must be a positive number`);
}
