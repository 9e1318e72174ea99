import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { awaitWork } from '#server/platform/jobs/work/await-work.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { Problem } from '#server/platform/problem.ts';
import { toRepository } from '../packs/pack-url.rules.ts';
import { skillPackSynced } from '../packs/packs.events.ts';
import type { SkillPackRead, SkillPackSyncResponse } from '../packs/packs.schema.ts';
import { getPack } from '../packs/packs.service.ts';
import { findPack, savePackSync } from '../packs/packs.store.ts';
import { type Discovery, discoverSkills } from './discover.ts';
import { openPack } from './pack-files.ts';
import { markStale, upsertSkills } from './sync.store.ts';

/** A quicker sync is answered with what it came to. */
const ANSWER_MS = 20_000;
/** Skills that one transaction writes. */
const CHUNK = 500;

/** What a sync came to. */
type Outcome = Pick<SkillPackSyncResponse, 'synced' | 'created' | 'updated' | 'removed' | 'warnings'>;

const NOTHING: Outcome = { synced: 0, created: 0, updated: 0, removed: 0, warnings: [] };

/**
 * Reads the skills of a pack anew, by a job; waits for it up to 20 s. Throws `skill_pack.not_found`, and what the job
 * failed with: `skill_pack.fetch_failed`, which the pack keeps as its last error too.
 */
export async function syncPack(ctx: Context, id: string): Promise<SkillPackSyncResponse> {
  toRepository((await getPack(ctx, id)).source_url);
  const job_id = await inTransaction(ctx, (tx) =>
    enqueueWork(tx, {
      kind: 'skill_pack.sync',
      subject: { kind: 'skill_pack', id },
      queue: `skill_pack:${id}`,
      payload: { pack_id: id },
      maxAttempts: 1,
    }),
  );
  const ended = await awaitWork(ctx, job_id, ANSWER_MS);
  const answer = { ok: true, pack_id: id, job_id };
  if (!ended) return { ...answer, ...NOTHING, state: 'running' };
  if (ended.state !== 'succeeded')
    throw new Problem('skill_pack.fetch_failed', 502, ended.error?.message ?? 'The pack could not be read.');
  return { ...answer, ...(ended.result as Outcome), state: 'succeeded' }; // what the job below returned
}

/** Reads a pack and writes down its skills. A failure is kept with the pack, and ends the job. */
export const syncSkillPack: WorkKind = {
  async run(ctx, job) {
    const pack = await findPack(ctx, String(job.payload.pack_id));
    if (!pack) return NOTHING; // it was deleted meanwhile
    return save(ctx, pack, await discover(ctx, pack));
  },
  async whenGivenUp(tx, job, { code, message }) {
    const at = tx.now().toISOString();
    await savePackSync(tx, String(job.payload.pack_id), { last_error: { code, message, at } });
  },
};

async function discover(ctx: Context, { source_url, branch }: SkillPackRead): Promise<Discovery> {
  const repository = toRepository(source_url);
  const opened = await openPack(ctx, { ...repository, branch });
  try {
    const { skills, warnings } = await discoverSkills(opened.files, { ...repository, branch: opened.branch });
    return { skills, warnings: [...opened.warnings, ...warnings] };
  } finally {
    await opened.close();
  }
}

async function save(ctx: Context, { id }: SkillPackRead, { skills, warnings }: Discovery): Promise<Outcome> {
  let [created, updated] = [0, 0];
  for (let at = 0; at < skills.length; at += CHUNK) {
    const saved = await inTransaction(ctx, (tx) => upsertSkills(tx, id, skills.slice(at, at + CHUNK)));
    created += saved.created;
    updated += saved.updated;
  }
  return inTransaction(ctx, async (tx) => {
    const kept = skills.map(({ source_url }) => source_url);
    const counts = { synced: skills.length, created, updated, removed: await markStale(tx, id, kept) };
    await savePackSync(tx, id, { last_synced_at: tx.now() });
    const skill_pack = await getPack(tx, id);
    await publish(tx, skillPackSynced, { subjectId: id, data: { skill_pack, ...counts } });
    return { ...counts, warnings };
  });
}
