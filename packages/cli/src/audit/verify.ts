// Checks an exported audit trail on its own: this file imports nothing of Mission Control, so that an auditor can read
// it whole and need not trust the server. The hash of an entry is SHA-256 of the 32 bytes of the hash before it and the
// canonical JSON (RFC 8785) of everything in the entry but `hash` and `prev_hash`. A signed head names an entry and its
// hash, with an Ed25519 signature over the canonical JSON of everything in it but `signature`.
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

const GENESIS = '0'.repeat(64);
const FORMAT = 'mission-control.audit';

/** What is wrong with the first bad entry. */
export interface Fault {
  seq: number;
  kind: 'edited' | 'missing' | 'reordered' | 'truncated' | 'signature';
  detail: string;
}

export interface Verdict {
  /** Entries that fitted. */
  checked: number;
  /** How many of them are hashes only: a filter left out what they say. */
  withoutContent: number;
  /** How many of them a signed head names. */
  anchored: number;
  organization: string;
  first: number | undefined;
  last: number | undefined;
  fault: Fault | undefined;
}

/** The first line of an export: what was asked for, and where the part begins and ends. */
interface Header {
  organization: { id: string; name: string };
  filter: Record<string, string>;
  first: { seq: number; prev_hash: string } | null;
  last: { seq: number; hash: string } | null;
  signed_head?: Head | null;
}

type Head = Record<'org' | 'hash' | 'signature', string> & { seq: number };

/** What was kept of signed heads elsewhere, and the public key (PEM) that they must be signed with. */
export interface Anchors {
  heads: string[];
  key: string;
}

type Entry = Record<string, unknown> & { seq: number; prev_hash: string; hash: string };

/**
 * Follows the chain through the lines of an export, in constant memory, up to the first entry that does not fit.
 * Throws when the lines are no export. What was cut off before the export was made is seen only by anchors.
 */
export async function verifyExport(lines: AsyncIterable<string>, anchors?: Anchors): Promise<Verdict> {
  const rest = lines[Symbol.asyncIterator]();
  const header = parseHeader((await rest.next()).value);
  const heads = anchors ? readHeads(anchors.heads, header) : [];
  const verdict: Verdict = {
    checked: 0,
    withoutContent: 0,
    anchored: 0,
    organization: header.organization.name,
    first: header.first?.seq,
    last: header.last?.seq,
    fault: anchors && findBadHead(heads, anchors, header),
  };
  if (!verdict.fault) verdict.fault = await followChain(rest, header, heads, verdict);
  return verdict;
}

/** Counts the entries that fit into `counts`, up to the first that does not. */
async function followChain(
  rest: AsyncIterator<string>,
  header: Header,
  heads: Head[],
  counts: Pick<Verdict, 'checked' | 'withoutContent' | 'anchored'>,
): Promise<Fault | undefined> {
  if (!header.first || !header.last) return undefined;
  const signed = new Map(heads.map(({ seq, hash }) => [seq, hash]));
  const isFiltered = Object.keys(header.filter).length > 0;
  let before = { seq: header.first.seq - 1, hash: header.first.prev_hash };
  if (header.first.seq === 1 && before.hash !== GENESIS)
    return { seq: 1, kind: 'edited', detail: 'The first entry of all follows another one.' };
  for (let line = await rest.next(); !line.done; line = await rest.next()) {
    if (line.value.trim() === '') continue;
    const entry = parseEntry(line.value);
    if (!entry) return explainUnreadable(before.seq + 1, rest);
    const fault =
      (await findMisplaced(entry, before.seq + 1, rest)) ??
      findEdited(entry, isFiltered) ??
      findBroken(entry, before, header) ??
      findUnsigned(entry, signed);
    if (fault) return fault;
    counts.checked++;
    counts.withoutContent += Number(isStub(entry));
    counts.anchored += Number(signed.has(entry.seq));
    before = entry;
  }
  return findWrongEnd(before, header.last);
}

function parseHeader(line: unknown): Header {
  const header = typeof line === 'string' ? parse(line) : undefined;
  if (header?.type !== FORMAT || header.version !== 1)
    throw new Error(`This is no audit export: its first line should say {"type":"${FORMAT}","version":1,…}.`);
  return header as unknown as Header; // the format says so
}

/** The heads of the organization that the export is of. */
function readHeads(lines: string[], { organization, signed_head }: Header): Head[] {
  const heads = lines.filter((line) => line.trim() !== '').map((line) => parse(line) as unknown as Head | undefined);
  if (heads.some((head) => !Number.isSafeInteger(head?.seq) || !isHash(head?.hash)))
    throw new Error('A line of the heads is no signed head.');
  return [...heads, signed_head].filter((head) => head?.org === organization.id) as Head[]; // those without fail above
}

/** A head of another key, or of an entry that the export should have and has not. */
function findBadHead(heads: Head[], { key }: Anchors, { filter, last }: Header): Fault | undefined {
  const publicKey = createPublicKey(key);
  const forged = heads.find((head) => !isSigned(head, publicKey));
  if (forged) return { seq: forged.seq, kind: 'signature', detail: 'Its head is not signed by this key.' };
  const end = Math.max(0, ...heads.map(({ seq }) => seq));
  return filter.to === undefined && end > (last?.seq ?? 0)
    ? { seq: end, kind: 'truncated', detail: 'A signed head names it, and it is gone.' }
    : undefined;
}

const isSigned = ({ signature, ...signed }: Head, key: KeyObject): boolean =>
  verify(null, Buffer.from(toCanonicalJson(signed)), key, Buffer.from(String(signature), 'base64'));

const findUnsigned = ({ seq, hash }: Entry, heads: ReadonlyMap<number, string>): Fault | undefined =>
  (heads.get(seq) ?? hash) === hash
    ? undefined
    : { seq, kind: 'edited', detail: 'It is not the entry that was signed.' };

function parseEntry(line: string): Entry | undefined {
  const entry = parse(line) as Entry | undefined;
  return Number.isSafeInteger(entry?.seq) && isHash(entry?.hash) && isHash(entry?.prev_hash) ? entry : undefined;
}

const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // the caller says what a line that is no JSON means
  }
}

/** Only the last line of a file can have been cut in its middle. */
const explainUnreadable = async (seq: number, rest: AsyncIterator<string>): Promise<Fault> =>
  (await rest.next()).done === true
    ? { seq, kind: 'truncated', detail: 'The file ends within this entry.' }
    : { seq, kind: 'edited', detail: 'The line is no entry.' };

/** An entry out of its turn: the expected one comes later (reordered) or nowhere (missing). */
async function findMisplaced(entry: Entry, expected: number, rest: AsyncIterator<string>): Promise<Fault | undefined> {
  if (entry.seq === expected) return undefined;
  if (entry.seq < expected)
    return { seq: entry.seq, kind: 'reordered', detail: `It stands where entry ${expected} should.` };
  for (let line = await rest.next(); !line.done; line = await rest.next())
    if (parseEntry(line.value)?.seq === expected)
      return { seq: expected, kind: 'reordered', detail: `Entry ${entry.seq} stands in its place.` };
  return { seq: expected, kind: 'missing', detail: `Entry ${expected - 1} is followed by ${entry.seq}.` };
}

const isStub = (entry: Entry): boolean => Object.keys(entry).length === 3;

function findEdited(entry: Entry, isFiltered: boolean): Fault | undefined {
  const { prev_hash, hash, ...record } = entry;
  if (isStub(entry))
    return isFiltered ? undefined : { seq: entry.seq, kind: 'edited', detail: 'Its content was taken out.' };
  const actual = createHash('sha256').update(Buffer.from(prev_hash, 'hex')).update(toCanonicalJson(record));
  return actual.digest('hex') === hash
    ? undefined
    : { seq: entry.seq, kind: 'edited', detail: 'Its content is not what was hashed.' };
}

/** An entry that names another predecessor than the one before it: that one was changed and hashed again. */
function findBroken(entry: Entry, before: { seq: number; hash: string }, { last }: Header): Fault | undefined {
  if (entry.prev_hash !== before.hash)
    return { seq: Math.max(before.seq, 1), kind: 'edited', detail: `Entry ${entry.seq} followed another one.` };
  if (last && entry.seq > last.seq)
    return { seq: entry.seq, kind: 'edited', detail: `It was added: the export ends with entry ${last.seq}.` };
  return undefined;
}

function findWrongEnd(end: { seq: number; hash: string }, last: { seq: number; hash: string }): Fault | undefined {
  if (end.seq < last.seq)
    return { seq: end.seq + 1, kind: 'truncated', detail: `The export should end with entry ${last.seq}.` };
  return end.hash === last.hash
    ? undefined
    : { seq: last.seq, kind: 'edited', detail: 'It is not the entry that the export should end with.' };
}

/** RFC 8785: keys in the order of their UTF-16 code units, no white space, numbers as ECMAScript writes them. */
function toCanonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const record = value as Record<string, unknown>;
  const members = Object.keys(record).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${toCanonicalJson(record[key])}`).join(',')}}`;
}
