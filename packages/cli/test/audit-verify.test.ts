import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '@mission-control/policy/canonical';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyExport } from '../src/audit/verify.ts';
import { main } from '../src/main.ts';

interface Entry {
  seq: number;
  prev_hash: string;
  hash: string;
  [field: string]: unknown;
}

const hashOf = (prevHash: string, record: object): string =>
  createHash('sha256').update(Buffer.from(prevHash, 'hex')).update(canonicalJson(record)).digest('hex');

/** Entries as the server writes them, from `first` on. */
function makeEntries(count: number, first = 1): Entry[] {
  const entries: Entry[] = [];
  let prev_hash = first === 1 ? '0'.repeat(64) : 'ab'.repeat(32);
  for (let seq = first; seq < first + count; seq++) {
    const record = {
      seq,
      action: 'task.updated',
      user: 'ops@example.com',
      details: { n: seq, é: [1.5, null, '\u2028'] },
    };
    const hash = hashOf(prev_hash, record);
    entries.push({ ...record, prev_hash, hash });
    prev_hash = hash;
  }
  return entries;
}

const toHeader = (entries: Entry[], filter: Record<string, string> = {}) => {
  const [first, last] = [entries[0], entries.at(-1)];
  return {
    type: 'mission-control.audit',
    version: 1,
    organization: { id: 'o', name: 'Acme' },
    filter,
    first: first ? { seq: first.seq, prev_hash: first.prev_hash } : null,
    last: last ? { seq: last.seq, hash: last.hash } : null,
  };
};
async function* toLines(lines: unknown[]): AsyncGenerator<string> {
  for (const line of lines) yield typeof line === 'string' ? line : JSON.stringify(line);
}
/** The verdict on `entries` in an export that was made of `original`. */
const verify = (entries: unknown[], original = makeEntries(6), filter = {}) =>
  verifyExport(toLines([toHeader(original, filter), ...entries]));

it('an export as it was made is good, whole, from the middle, or empty', async () => {
  expect(await verify(makeEntries(6))).toMatchObject({ fault: undefined, checked: 6, first: 1, last: 6 });
  const middle = makeEntries(3, 40);
  expect(await verify(middle, middle)).toMatchObject({ fault: undefined, checked: 3, first: 40, last: 42 });
  expect(await verify([], [])).toMatchObject({ fault: undefined, checked: 0 });
});

it('the order of keys and blank lines do not matter', async () => {
  const entries = makeEntries(6).map((entry) => Object.fromEntries(Object.entries(entry).toReversed()));
  expect((await verify(['', ...entries, ''])).fault).toBeUndefined();
});

it('an edited entry is named, also when it was hashed again, and when the whole end was', async () => {
  const entries = makeEntries(6);
  const edited = entries.map((entry) => (entry.seq === 3 ? { ...entry, user: 'eve@example.com' } : entry));
  expect((await verify(edited)).fault).toMatchObject({ seq: 3, kind: 'edited' });
  const { prev_hash, hash: _, ...record } = edited[2] as Entry;
  const rehashed = entries.with(2, { ...record, prev_hash, hash: hashOf(prev_hash, record) });
  expect((await verify(rehashed)).fault).toMatchObject({ seq: 3, kind: 'edited' });
  expect((await verify(makeEntries(6).with(5, rehashed[2] as Entry))).fault).toMatchObject({ kind: 'reordered' });
  const other = makeEntries(6, 1).map((entry) => entry);
  let last = other[1]?.hash as string;
  for (const entry of other.slice(2)) {
    entry.user = 'eve@example.com';
    entry.prev_hash = last;
    const { prev_hash: before, hash: __, ...content } = entry;
    entry.hash = hashOf(before, content);
    last = entry.hash;
  }
  expect((await verify(other)).fault).toMatchObject({ seq: 6, kind: 'edited' });
});

it('a missing entry, entries in another order and a cut end are named', async () => {
  const entries = makeEntries(6);
  expect((await verify(entries.toSpliced(2, 1))).fault).toMatchObject({ seq: 3, kind: 'missing' });
  expect((await verify(entries.slice(1))).fault).toMatchObject({ seq: 1, kind: 'missing' });
  const swapped = entries.with(2, entries[3] as Entry).with(3, entries[2] as Entry);
  expect((await verify(swapped)).fault).toMatchObject({ seq: 3, kind: 'reordered' });
  expect((await verify(entries.toSpliced(4, 0, entries[1] as Entry))).fault).toMatchObject({
    seq: 2,
    kind: 'reordered',
  });
  expect((await verify(entries.slice(0, 4))).fault).toMatchObject({ seq: 5, kind: 'truncated' });
  expect((await verify([])).fault).toMatchObject({ seq: 1, kind: 'truncated' });
  const cut = JSON.stringify(entries[5]).slice(0, 40);
  expect((await verify([...entries.slice(0, 5), cut])).fault).toMatchObject({ seq: 6, kind: 'truncated' });
  expect((await verify(entries.with(1, '{' as never))).fault).toMatchObject({ seq: 2, kind: 'edited' });
  expect((await verify(makeEntries(7), entries)).fault).toMatchObject({ seq: 7, kind: 'edited' });
});

it('hashes alone stand for what a filter left out, and for nothing else', async () => {
  const stubs = makeEntries(6).map((entry) =>
    entry.seq % 2 ? entry : { seq: entry.seq, prev_hash: entry.prev_hash, hash: entry.hash },
  );
  const filter = { action: 'task.updated' };
  expect(await verify(stubs, undefined, filter)).toMatchObject({ fault: undefined, checked: 6, withoutContent: 3 });
  expect((await verify(stubs)).fault).toMatchObject({ seq: 2, kind: 'edited' });
  expect((await verify(stubs.toSpliced(1, 1), undefined, filter)).fault).toMatchObject({ seq: 2, kind: 'missing' });
});

const keys = generateKeyPairSync('ed25519');
const key = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString();
function toHead({ seq, hash }: Entry, org = 'o'): string {
  const head = { org, seq, hash, at: '2026-01-01T00:00:00.000Z', key_id: 'k' };
  const signature = sign(null, Buffer.from(canonicalJson(head)), keys.privateKey).toString('base64');
  return JSON.stringify({ ...head, signature });
}

it('signed heads show a chain made anew and a cut end, and only heads of this key and organization count', async () => {
  const entries = makeEntries(6);
  const [third, sixth] = [entries[2], entries[5]] as [Entry, Entry];
  const check = (made: Entry[], heads: string[], filter = {}) =>
    verifyExport(toLines([toHeader(made, filter), ...made]), { key, heads: [...heads, ''] });
  expect(await check(entries, [toHead(third), toHead(sixth)])).toMatchObject({ fault: undefined, anchored: 2 });
  expect(await check(entries, [toHead({ ...third, hash: 'f'.repeat(64) }, 'other')])).toMatchObject({ anchored: 0 });
  const cut = entries.slice(0, 4);
  expect((await check(cut, [])).fault).toBeUndefined();
  expect((await check(cut, [toHead(sixth)])).fault).toMatchObject({ seq: 6, kind: 'truncated' });
  expect((await check(cut, [toHead(sixth)], { to: '2026-01-01T00:00:00Z' })).fault).toBeUndefined();
  expect((await check(entries, [toHead({ ...third, hash: 'f'.repeat(64) })])).fault).toMatchObject({
    seq: 3,
    kind: 'edited',
  });
  const forged = JSON.stringify({ ...JSON.parse(toHead(third)), at: '2026-01-02T00:00:00.000Z' });
  expect((await check(entries, [forged])).fault).toMatchObject({ seq: 3, kind: 'signature' });
  await expect(check(entries, ['{}'])).rejects.toThrow('no signed head');
});

it('no single change of a line goes unseen', async () => {
  const original = makeEntries(8);
  const at = fc.nat({ max: 7 });
  const change = fc.oneof(
    fc.record({ kind: fc.constant('drop' as const), at }),
    fc.record({ kind: fc.constant('swap' as const), at, other: at }).filter((one) => one.at !== one.other),
    fc.record({ kind: fc.constant('repeat' as const), at, other: at }),
    fc.record({
      kind: fc.constant('set' as const),
      at,
      key: fc.constantFrom('action', 'user', 'hash', 'prev_hash', 'new'),
    }),
  );
  type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
  const apply = (one: Change): Entry[] => {
    const entry = original[one.at] as Entry;
    if (one.kind === 'drop') return original.toSpliced(one.at, 1);
    if (one.kind === 'repeat') return original.toSpliced(one.other, 0, entry);
    if (one.kind === 'set') return original.with(one.at, { ...entry, [one.key]: 'f'.repeat(64) });
    return original.with(one.at, original[one.other] as Entry).with(one.other, entry);
  };
  await fc.assert(
    fc.asyncProperty(change, async (one) => {
      expect((await verify(apply(one), original)).fault).toBeDefined();
    }),
  );
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mc-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function mc(...args: string[]) {
  const said: string[] = [];
  const output = { write: (line: string) => said.push(line), warn: (line: string) => said.push(line) };
  return { code: await main(args, output as never), said: said.join('\n') };
}
const save = (lines: unknown[]): string => {
  const path = join(folder, 'export.ndjson');
  writeFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return path;
};

it('mc audit verify says what it found and exits 0, 1 or 2', async () => {
  const entries = makeEntries(4);
  const good = await mc('audit', 'verify', save([toHeader(entries), ...entries]));
  expect(good).toEqual({ code: 0, said: 'ok: 4 entries, 1 to 4, of Acme' });
  const bad = await mc('audit', 'verify', save([toHeader(entries), ...entries.toSpliced(1, 1)]));
  expect(bad.code).toBe(1);
  expect(bad.said).toMatch(/^bad: entry 2: missing\./);
  expect(await mc('audit', 'verify', save(['hello']))).toMatchObject({ code: 2 });
  expect(await mc('audit', 'verify', join(folder, 'none'))).toMatchObject({ code: 2 });
  expect(await mc('audit', 'verify')).toEqual({
    code: 2,
    said: expect.stringContaining('usage: mc audit verify <export.ndjson | ->'),
  });
});

it('mc --help lists the commands, and an unknown one is refused', async () => {
  expect(await mc('--help')).toMatchObject({ code: 0, said: expect.stringContaining('mc audit verify') });
  expect(await mc()).toMatchObject({ code: 2 });
  expect(await mc('audit', 'forge')).toMatchObject({ code: 2, said: expect.stringContaining('audit forge') });
});
