import { assertBoardAccess } from '#server/identity/index.ts';
import type { Context, Platform } from '#server/platform/context.ts';
import { toActivityEvent } from './activity.rules.ts';
import type { ActivityEventRead, ActivityQuery } from './activity.schema.ts';
import { listActivity, removeOldActivity } from './activity.store.ts';
import { listActorNames } from './actors.store.ts';

const DAY_MS = 86_400_000;
/** Short transactions: every stream waits for the longest that is open. */
const PRUNE_STEP = 5_000;

/** A page of the history, with names. Throws `board.not_found`, `board.access_denied`. */
export async function getActivity(ctx: Context, query: ActivityQuery) {
  if (query.board_id !== undefined && ctx.caller.kind === 'user') await assertBoardAccess(ctx, query.board_id, 'read');
  const { rows, total } = await listActivity(ctx, query);
  const lines = rows.map((row) => toActivityEvent(row, null));
  await nameActors(ctx, lines);
  return { items: lines, total, limit: query.limit, offset: query.offset };
}

async function nameActors({ db, orgId }: Context, lines: ActivityEventRead[]): Promise<void> {
  const ids = new Set(lines.flatMap(({ actor }) => actor.id ?? []));
  const names = await listActorNames(db, orgId, [...ids]);
  for (const { actor } of lines) actor.name = names.get(actor.id ?? '') ?? null;
}

/** Forgets what is older than the retention. */
export async function pruneActivity(platform: Platform): Promise<void> {
  const before = new Date(platform.now().getTime() - platform.config.activityRetentionDays * DAY_MS);
  while ((await removeOldActivity(platform, before, PRUNE_STEP)) === PRUNE_STEP);
}
