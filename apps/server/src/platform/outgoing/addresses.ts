import { BlockList, isIPv4 } from 'node:net';

/**
 * What an IP address is to an outgoing request: `forbidden` always (link-local and the metadata services of clouds),
 * `private` unless the configuration opens them, `public`.
 */
export type AddressKind = 'public' | 'private' | 'forbidden';

const toList = (ranges: string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
};

/** Link-local, and the addresses at which clouds hand out credentials: AWS, Alibaba, Oracle, Azure, Google. */
const FORBIDDEN_V4 = toList(['169.254.0.0/16', '100.100.100.200/32', '192.0.0.192/32', '168.63.129.16/32']);
const FORBIDDEN_V6 = toList(['fe80::/10', 'fd00:ec2::254/128', 'fd20:ce::254/128']);

/** Everything that the special-purpose registry of IANA (RFC 6890) does not call globally reachable. */
const PRIVATE_V4 = toList([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]);
/** Only 2000::/3 is given out for global use; of that these are not. 2002::/16 carries an IPv4 address. */
const GLOBAL_V6 = toList(['2000::/3']);
const PRIVATE_V6 = toList(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Judges an IP address in any form that the operating system accepts. */
export function judgeAddress(address: string): AddressKind {
  if (isIPv4(address)) return judgeV4(address);
  const groups = toGroups(address);
  const embedded = findEmbeddedV4(groups);
  if (embedded !== undefined && judgeV4(embedded) === 'forbidden') return 'forbidden';
  // Written without the dotted form: the list would match an embedded address against IPv4 ranges otherwise.
  const plain = groups.map((group) => group.toString(16)).join(':');
  if (FORBIDDEN_V6.check(plain, 'ipv6')) return 'forbidden';
  return GLOBAL_V6.check(plain, 'ipv6') && !PRIVATE_V6.check(plain, 'ipv6') ? 'public' : 'private';
}

function judgeV4(address: string): AddressKind {
  if (FORBIDDEN_V4.check(address)) return 'forbidden';
  return PRIVATE_V4.check(address) ? 'private' : 'public';
}

/** The eight groups of an IPv6 address; a zone (`%eth0`) does not count. */
function toGroups(address: string): number[] {
  // The parser of URLs writes the address in its one canonical form, with an embedded IPv4 part in hexadecimal.
  const canonical = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const front = parse(head);
  const back = parse(tail ?? '');
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

/** The IPv4 address behind a mapped (::ffff:0:0/96), compatible (::/96), NAT64 (64:ff9b::) or 6to4 (2002::) one. */
function findEmbeddedV4(groups: number[]): string | undefined {
  const [first = 0, second = 0, third = 0, , , sixth = 0, seventh = 0, eighth = 0] = groups;
  if (first === 0x2002) return toDotted(second, third);
  const isNat64 = first === 0x64 && second === 0xff9b;
  const isLow = groups.slice(0, 5).every((group) => group === 0) && (sixth === 0 || sixth === 0xffff);
  return isNat64 || isLow ? toDotted(seventh, eighth) : undefined;
}

const toDotted = (high: number, low: number): string => [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
