import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CustodyError } from '@custody/runtime';
import { deliveryErrors } from '../errors.ts';
import { type AddressClass, addressClass } from './address-class.ts';

/** Resolves a name to all of its addresses; rejects where it has none. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export const lookupBySystem: Lookup = (hostname) => systemLookup(hostname, { all: true });

export interface Target {
  /** As the URL has it, without the brackets of an IPv6 address. */
  readonly hostname: string;
  /** Every one of them may be spoken to, and nothing else may. */
  readonly addresses: readonly LookupAddress[];
}

async function addressesOf(hostname: string, lookup: Lookup): Promise<readonly LookupAddress[]> {
  const family = isIP(hostname);
  if (family !== 0) return [{ address: hostname, family }];
  const found = await lookup(hostname).catch((cause: unknown) => {
    throw new CustodyError(deliveryErrors.DELIVERY_NAME_UNKNOWN, `The name ${hostname} cannot be resolved.`, { cause });
  });
  if (found.length > 0) return found;
  throw new CustodyError(deliveryErrors.DELIVERY_NAME_UNKNOWN, `The name ${hostname} has no address.`);
}

const whereIs: Readonly<Record<Exclude<AddressClass, 'public'>, string>> = {
  loopback: 'on this machine',
  private: 'on a private network',
  never: 'no address that a receiver can have',
};

/**
 * Resolves the host of a URL once and judges every address that it has: whoever connects uses these and does not ask again,
 * since a name may answer differently the second time. One that may not be spoken to has all refused. Throws
 * `DELIVERY_NAME_UNKNOWN`, `DELIVERY_ADDRESS_REFUSED`, `DELIVERY_NOT_ENCRYPTED`.
 */
export async function resolveTarget(url: URL, allowPrivate: boolean, lookup: Lookup): Promise<Target> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await addressesOf(hostname, lookup);
  const classes = addresses.map(({ address }) => addressClass(address));
  for (const found of ['never', 'loopback', 'private'] as const) {
    if (!classes.includes(found) || (found !== 'never' && allowPrivate)) continue;
    const remedy = found === 'never' ? { remedy: 'Correct the channel’s address.' } : {};
    const message = `${url.host} is ${whereIs[found]}, where this channel may not send to.`;
    throw new CustodyError(deliveryErrors.DELIVERY_ADDRESS_REFUSED, message, remedy);
  }
  if (url.protocol !== 'https:' && classes.includes('public')) {
    throw new CustodyError(
      deliveryErrors.DELIVERY_NOT_ENCRYPTED,
      `http://${url.host} would send the alert unencrypted.`,
    );
  }
  return { hostname, addresses };
}
