import { listActorNames } from '#server/boards/index.ts';
import type { Platform } from '#server/platform/context.ts';
import type { StreamItem } from './items.ts';

/** A name that changed is told wrong no longer than this. */
const KEPT_MS = 60_000;
const MAX_KEPT = 10_000;

/** Names those who acted in lines of history; those that cannot be read stay without a name. */
export type NameActors = (items: StreamItem[]) => Promise<void>;

export function createActorNames({ db, log }: Platform): NameActors {
  const known = new Map<string, { name: string | null; until: number }>();

  const learn = async (orgId: string, ids: string[]): Promise<void> => {
    const names = await listActorNames(db, orgId, ids).catch((error) => {
      log.warn({ err: error }, 'names for a stream could not be read');
      return undefined;
    });
    if (!names) return;
    if (known.size > MAX_KEPT) known.clear();
    const until = performance.now() + KEPT_MS;
    for (const id of ids) known.set(id, { name: names.get(id) ?? null, until });
  };
  const isKnown = (id: string): boolean => (known.get(id)?.until ?? 0) > performance.now();

  return async (items) => {
    const lines = items.flatMap(({ row, activity }) =>
      activity ? [{ orgId: row.org_id, actor: activity.actor }] : [],
    );
    for (const orgId of new Set(lines.map((line) => line.orgId))) {
      const ids = lines.flatMap(({ orgId: other, actor }) => (other === orgId && actor.id !== null ? [actor.id] : []));
      const unknown = [...new Set(ids)].filter((id) => !isKnown(id));
      if (unknown.length > 0) await learn(orgId, unknown);
    }
    for (const { actor } of lines) actor.name = known.get(actor.id ?? '')?.name ?? null;
  };
}
