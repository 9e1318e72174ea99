import { canonicalJson } from '@mission-control/policy/canonical';
import type { Platform } from '#server/platform/context.ts';
import type { EventType } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import type { Log } from '#server/platform/log/log.ts';
import type { Tx } from '#server/platform/postgres/database.ts';
import { GENESIS, hashEntry } from './chain.ts';
import { type AuditFact, agentOf, toRecord, userOf } from './records.rules.ts';
import {
  type FactRow,
  insertEntries,
  listNames,
  lockHeads,
  lockSealer,
  type NewEntry,
  readFacts,
  saveHeads,
  saveSealer,
} from './sealer.store.ts';

/** Facts of one transaction: short, because an open one holds all event readers back, and requests wait while we hash. */
const BATCH = 64;

/** The types of facts that the trail keeps, by name. */
export type AuditedTypes = ReadonlyMap<string, EventType>;

export const toAuditedTypes = (events: EventType[]): AuditedTypes =>
  new Map(events.filter(({ audit }) => audit !== undefined).map((event) => [event.type, event]));

/** Seals everything that is settled: a batch of facts, its entries and the place of the sealer in one transaction. */
export async function sealFacts({ db, log }: Platform, types: AuditedTypes): Promise<void> {
  let sealed = BATCH;
  while (sealed === BATCH) sealed = await db.transaction().execute((tx) => sealBatch(tx, log, types));
}

/** Appends the next entries of the trail, each once; returns how many. */
export async function sealBatch(db: Tx, log: Log, types: AuditedTypes): Promise<number> {
  const place = await lockSealer(db);
  const rows = await readFacts(db, place, [...types.keys()], BATCH);
  if (rows.length > 0) await append(db, rows, log, types);
  const last = rows.length === BATCH ? rows.at(-1) : undefined;
  await saveSealer(db, last ?? { tx: place.horizon, id: 0 });
  return rows.length;
}

async function append(db: Tx, rows: FactRow[], log: Log, types: AuditedTypes): Promise<void> {
  const facts = rows.flatMap((row) => {
    const fact = toFact(row, log, types);
    return fact ? { row, fact } : [];
  });
  if (facts.length === 0) return;
  const names = await listNames(db, {
    agentIds: facts.flatMap(({ fact }) => agentOf(fact) ?? []),
    userIds: facts.flatMap(({ fact }) => userOf(fact) ?? []),
  });
  const heads = await lockHeads(db, [...new Set(facts.map(({ row }) => row.org_id))]);
  const entries = facts.map(({ row, fact }): NewEntry => {
    const head = heads.get(row.org_id) ?? { seq: 0, hash: GENESIS };
    const seq = head.seq + 1;
    const id = newId(new Date(row.occurred_at));
    const record = toRecord(fact, { id, seq }, names);
    const canonical = canonicalJson(record);
    const hash = hashEntry(head.hash, canonical);
    heads.set(row.org_id, { seq, hash });
    return {
      ...{ org_id: row.org_id, seq, id, event_tx: row.tx, event_id: row.id, action: record.action },
      ...{ canonical, prev_hash: head.hash, hash, occurred_at: row.occurred_at },
    };
  });
  await insertEntries(db, entries);
  await saveHeads(db, heads);
}

/** Undefined when its type leaves this one out. */
function toFact(row: FactRow, log: Log, types: AuditedTypes): AuditFact | undefined {
  const details = readDetails(row, log, types);
  return (
    details && {
      occurredAt: row.occurred_at,
      type: row.type,
      subject: { kind: row.subject_kind, id: row.subject_id },
      actor: row.actor,
      request: row.request,
      details,
    }
  );
}

/** A fact whose details cannot be read, perhaps of another version, is still a fact: one must not stop the chain. */
function readDetails({ type, id, data }: FactRow, log: Log, types: AuditedTypes): AuditFact['details'] | undefined {
  try {
    return types.get(type)?.audit?.(data);
  } catch (error) {
    log.error({ err: error, event: type, event_id: id }, 'the details of a fact could not be read for the audit trail');
    return { unreadable: true };
  }
}
