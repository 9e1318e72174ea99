/** Many rules ask for the host of one argument in turn. */
let lastAsked: { value: string; host: string | undefined } = { value: '', host: undefined };

/** The host of a URL or e-mail address in lower-case ASCII; undefined when it has none. */
export function toHost(value: string): string | undefined {
  if (lastAsked.value !== value) lastAsked = { value, host: parseHost(value) };
  return lastAsked.host;
}

function parseHost(value: string): string | undefined {
  if (value.length > 4_096) return undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
    return toAscii(/^[^:]+:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:\\]*)/.exec(value)?.[1]);
  const at = value.lastIndexOf('@');
  return at > 0 && !/\s/.test(value) ? toAscii(value.slice(at + 1)) : undefined;
}

/** A name as DNS has it (IDNA); undefined for what is no name. */
export function toAscii(name: string | undefined): string | undefined {
  if (!name || /[\s/?#@:\\]/.test(name.replace(/^\[[^\]]*\]$/, ''))) return undefined;
  try {
    return new URL(`http://${name}/`).hostname.replace(/\.$/, '') || undefined;
  } catch {
    return undefined; // no name of a host
  }
}

/** The number of an IPv4 or IPv6 address and its width in bits; undefined for other text. */
export function parseAddress(text: string): { value: bigint; bits: 32 | 128 } | undefined {
  const four = parseIpv4(text);
  if (four !== undefined) return { value: four, bits: 32 };
  const six = parseIpv6(text);
  return six === undefined ? undefined : { value: six, bits: 128 };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (!parts || parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const four = embedded?.[2] === undefined ? undefined : parseIpv4(embedded[2]);
  if (embedded && four === undefined) return undefined;
  const plain =
    four === undefined ? text : `${embedded?.[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: tail ? missing : 0 }, () => '0'), ...(tail ?? [])];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** Whether an address is in a network `10.0.0.0/8` (without `/n`: that address alone); undefined for what is none. */
export function createCidrTest(cidr: string): ((text: string) => boolean | undefined) | undefined {
  const [written = '', length, ...rest] = cidr.split('/');
  const network = parseAddress(written);
  const width = length === undefined ? network?.bits : /^\d{1,3}$/.test(length) ? Number(length) : undefined;
  if (!network || width === undefined || width > network.bits || rest.length > 0) return undefined;
  const shift = BigInt(network.bits - width);
  return (text) => {
    const address = parseAddress(text);
    return address && address.bits === network.bits && address.value >> shift === network.value >> shift;
  };
}

/** Whether a POSIX path lies in a folder, by its text alone: links are not followed. */
export function isWithinPath(path: string, folder: string): boolean {
  const [inner, outer] = [resolvePath(path), resolvePath(folder)];
  if (!inner || !outer || path.startsWith('/') !== folder.startsWith('/')) return false;
  return outer.every((part, i) => inner[i] === part);
}

/** The parts of a path without `.` and `..`; undefined when it holds a NUL or leaves its root. */
function resolvePath(path: string): string[] | undefined {
  if (path.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts;
}
