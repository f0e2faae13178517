import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * `public`: on the internet. `loopback`, `private`: this machine and networks of one's own, private, unique-local or shared
 * by a carrier. `never`: where no receiver can be (link-local with the metadata services of clouds, multicast, unspecified,
 * documentation, tunnels that end somewhere else).
 */
export type AddressClass = 'public' | 'loopback' | 'private' | 'never';

function listOf(family: 'ipv4' | 'ipv6', ...ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const loopback4 = listOf('ipv4', '127.0.0.0/8');
/** The one address of Alibaba's metadata service in shared space comes first. */
const metadata4 = listOf('ipv4', '100.100.100.200/32');
const private4 = listOf('ipv4', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15');
const never4 = listOf(
  'ipv4',
  ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
);

const loopback6 = listOf('ipv6', '::1/128');
/** Amazon's metadata service has a unique-local address. */
const metadata6 = listOf('ipv6', 'fd00:ec2::254/128', 'fd20:ce::254/128');
const private6 = listOf('ipv6', 'fc00::/7');
/** Addresses that stand for an IPv4 address, the last 32 bits: mapped ones and those of NAT64. */
const embedding6 = listOf('ipv6', '::ffff:0:0/96', '64:ff9b::/96');
const global6 = listOf('ipv6', '2000::/3');
/** Of the global ones: protocols and Teredo, documentation, 6to4. */
const special6 = listOf('ipv6', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');

function classOf4(address: string): AddressClass {
  if (loopback4.check(address)) return 'loopback';
  if (metadata4.check(address) || never4.check(address)) return 'never';
  return private4.check(address) ? 'private' : 'public';
}

/** The 32 last bits as an IPv4 address. The URL parser writes every form of an address in one way. */
function embedded4(address: string): string {
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':');
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function classOf6(address: string): AddressClass {
  const is = (list: BlockList) => list.check(address, 'ipv6');
  if (is(loopback6)) return 'loopback';
  if (is(metadata6)) return 'never';
  if (is(private6)) return 'private';
  if (is(embedding6)) return classOf4(embedded4(address));
  return is(global6) && !is(special6) ? 'public' : 'never';
}

/** What kind of address it is; `never` for what is none. A zone (`%eth0`) makes it link-local. */
export function addressClass(address: string): AddressClass {
  if (isIPv4(address)) return classOf4(address);
  return isIPv6(address) && !address.includes('%') ? classOf6(address) : 'never';
}
