import type { Context } from '#server/platform/context.ts';
import type { AuditRange, AuditVerification, SignedHead } from './audit.schema.ts';
import { findBounds, findHead, type MatchedEntry, readEntries } from './audit.store.ts';
import { findHash, findSignedHead } from './heads/heads.store.ts';
import { createSigningKey } from './heads/signing-key.ts';
import { GENESIS, hashEntry } from './sealing/chain.ts';

const PAGE = 1_000;

type Problem = NonNullable<AuditVerification['problem']>;

/** The last entry that fitted. */
interface Link {
  seq: number;
  hash: string | undefined;
}

/**
 * Recomputes the chain of an organization, of a time or whole, and names the first entry that does not fit. What was cut
 * off at its end is seen as far as the last signed end, unless that was taken away, too: then only an anchor shows it.
 */
export async function verifyAudit(ctx: Context, range: AuditRange): Promise<AuditVerification> {
  // The head first: what is sealed meanwhile is not looked at.
  const signed_head = (await findSignedHead(ctx)) ?? null;
  const head = (await findHead(ctx)) ?? null;
  const isWhole = range.from === undefined && range.to === undefined;
  const bounds = isWhole ? head && { first: 1, last: head.seq } : await findBounds(ctx, range);
  const cut = signed_head && (await findUnsigned(ctx, signed_head));
  if (!bounds)
    return { ok: !cut, checked: 0, first_seq: null, last_seq: null, head, signed_head, problem: cut ?? null };
  const { link, checked, problem } = await followChain(ctx, bounds);
  const found = problem ?? findWrongEnd(link, head) ?? cut ?? undefined;
  return {
    ok: found === undefined,
    checked,
    first_seq: bounds.first,
    last_seq: bounds.last,
    head,
    signed_head,
    problem: found ?? null,
  };
}

/** Walks from the first entry to the last, or to the first that does not fit. */
async function followChain(
  ctx: Context,
  { first, last }: { first: number; last: number },
): Promise<{ link: Link; checked: number; problem: Problem | undefined }> {
  let link: Link = { seq: first - 1, hash: first === 1 ? GENESIS : undefined };
  let checked = 0;
  for await (const row of readChain(ctx, first, last)) {
    const problem = findProblem(row, link);
    if (problem) return { link, checked, problem };
    link = row;
    checked++;
  }
  const isShort = link.seq < last;
  const problem: Problem = { seq: link.seq + 1, kind: 'truncated', detail: `Entries up to ${last} are gone.` };
  return { link, checked, problem: isShort ? problem : undefined };
}

async function* readChain(ctx: Context, first: number, last: number): AsyncGenerator<MatchedEntry> {
  let next = first;
  while (next <= last) {
    const rows = await readEntries(ctx, { from: next, to: last, limit: PAGE });
    yield* rows;
    next = (rows.at(-1)?.seq ?? last) + 1;
  }
}

/** What does not fit the end that was signed. One of an earlier key is compared, its signature left to `mc audit verify`. */
async function findUnsigned(ctx: Context, head: SignedHead): Promise<Problem | undefined> {
  const { seq, key_id } = head;
  const key = createSigningKey(ctx.secrets);
  if (key.id === key_id && !key.isSigned(head))
    return { seq, kind: 'signature', detail: 'The signature of the signed end is not that of this server.' };
  const hash = await findHash(ctx, seq);
  if (hash === undefined) return { seq, kind: 'truncated', detail: `Entry ${seq} was signed and is gone.` };
  return hash === head.hash ? undefined : { seq, kind: 'edited', detail: 'It is not the entry that was signed.' };
}

const findWrongEnd = ({ seq, hash }: Link, head: AuditVerification['head']): Problem | undefined =>
  head?.seq === seq && head.hash !== hash
    ? { seq, kind: 'edited', detail: 'The last entry is not the one that the chain ended with.' }
    : undefined;

function findProblem(row: MatchedEntry, before: Link): Problem | undefined {
  const { seq } = row;
  if (seq !== before.seq + 1)
    return { seq: before.seq + 1, kind: 'missing', detail: `Entry ${before.seq} is followed by ${seq}.` };
  const said = (JSON.parse(row.canonical) as { seq?: unknown }).seq;
  if (hashEntry(row.prev_hash, row.canonical) !== row.hash || !row.is_true)
    return { seq, kind: 'edited', detail: 'Its content is not what was hashed.' };
  if (said !== seq) return { seq, kind: 'reordered', detail: `Entry ${String(said)} stands in its place.` };
  if (before.hash !== undefined && row.prev_hash !== before.hash)
    return { seq: before.seq, kind: 'edited', detail: `Entry ${seq} followed another one.` };
  return undefined;
}
