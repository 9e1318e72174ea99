import { type Context, type Platform, systemContext } from '#server/platform/context.ts';
import type { Bundle } from '../bundles/bundles.schema.ts';
import { listBundlesOf } from '../bundles/bundles.service.ts';
import type { Command } from './commands.schema.ts';
import { listCommands, type ProcessRef, type StoredCommand } from './commands.store.ts';
import { sign } from './signing.ts';

/** A larger bundle is fetched by its process. */
const MAX_INLINE_CHARACTERS = 64 * 1024;

/** A process with the key that signs what it is sent. */
export interface Addressee extends ProcessRef {
  key: Buffer;
}

/** What is to be sent to a process. */
interface Fresh<S extends Addressee> {
  seat: S;
  ids: string[];
}

/** Reads commands and signs them for the processes that they are for; those about bundles carry them. */
export async function prepareCommands<S extends Addressee>(
  platform: Platform,
  fresh: Fresh<S>[],
): Promise<{ seat: S; commands: Command[] }[]> {
  const prepared: { seat: S; commands: Command[] }[] = [];
  for (const orgId of new Set(fresh.map(({ seat }) => seat.orgId))) {
    const own = fresh.filter(({ seat }) => seat.orgId === orgId);
    prepared.push(...(await prepareOf(systemContext(platform, orgId), own)));
  }
  return prepared;
}

async function prepareOf<S extends Addressee>(
  ctx: Context,
  fresh: Fresh<S>[],
): Promise<{ seat: S; commands: Command[] }[]> {
  const stored = await listCommands(
    ctx,
    fresh.flatMap(({ ids }) => ids),
  );
  const bundles = await findBundles(ctx, stored);
  return fresh.map(({ seat, ids }) => {
    const wanted = new Set(ids);
    const own = stored.filter(({ id }) => wanted.has(id));
    return { seat, commands: own.map((command) => toCommand(command, seat.key, bundles)) };
  });
}

const toKey = (producerId: string, agentId: unknown): string => `${producerId}:${agentId}`;

/** By process and agent: the bundles that go with commands, those that are small enough. */
async function findBundles(ctx: Context, stored: StoredCommand[]): Promise<Map<string, Bundle>> {
  const about = stored.filter(({ type }) => type === 'bundle');
  if (about.length === 0) return new Map();
  const bundles = await listBundlesOf(ctx, {
    producerIds: [...new Set(about.map(({ producer_id }) => producer_id))],
    agentIds: [...new Set(about.map(({ body }) => String(body.agent_id)))],
  });
  const distinct = new Set(bundles.map(({ bundle }) => bundle));
  const small = new Set([...distinct].filter((bundle) => JSON.stringify(bundle).length <= MAX_INLINE_CHARACTERS));
  return new Map(
    bundles
      .filter(({ bundle }) => small.has(bundle))
      .map(({ producerId, bundle }) => [toKey(producerId, bundle.agent_id), bundle]),
  );
}

function toCommand(
  { id, seq, type, expires_at, body, producer_id }: StoredCommand,
  key: Buffer,
  bundles: Map<string, Bundle>,
): Command {
  const content = type === 'bundle' ? bundles.get(toKey(producer_id, body.agent_id)) : undefined;
  // The MAC of the command covers the bundle in it.
  return sign(key, { id, seq, type, expires_at, body: content ? { ...body, content } : body });
}
