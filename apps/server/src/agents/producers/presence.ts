import { inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { saveManyAcks } from '../commands/commands.store.ts';
import { agentOffline, agentOnline } from '../registry/agents.events.ts';
import { publishAgents } from '../registry/publish-agents.ts';
import { type Sighting, saveSightings, saveSilentAgents } from './producers.store.ts';

const WRITE_MS = 1_000;

/** Who is alive: gathers sightings in memory and writes them once a second, apart from the telemetry they came with. */
export interface Presence {
  /** Notes that a process was heard. Does no I/O; a sighting lost in a crash is repaired by the next one. */
  see(sighting: Sighting): void;
  start(): void;
  close(): Promise<void>;
}

export function createPresence(platform: Platform): Presence {
  let waiting = new Map<string, Sighting>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    if (waiting.size === 0) return;
    const sightings = [...waiting.values()];
    waiting = new Map();
    const online = await saveSightings(platform, sightings);
    await saveManyAcks(platform, sightings);
    await publishPresence(
      platform,
      agentOnline,
      online.map(({ org_id, agent_id }) => ({ org_id, id: agent_id })),
    );
  };
  const writeQuietly = () => {
    writing = writing
      .then(write)
      .catch((error) => platform.log.warn({ err: error }, 'sightings of processes were not written'));
  };

  return {
    see(sighting) {
      const key = `${sighting.org_id}:${sighting.producer_id}`;
      const before = waiting.get(key);
      const redacted = (before?.redacted ?? 0) + sighting.redacted;
      const acks = before ? [...before.acks, ...sighting.acks] : sighting.acks;
      waiting.set(key, { ...sighting, redacted, acks });
    },
    start() {
      timer = setInterval(writeQuietly, WRITE_MS).unref();
    },
    async close() {
      clearInterval(timer);
      writeQuietly();
      await writing;
    },
  };
}

const publishPresence = (platform: Platform, event: typeof agentOnline, agents: { org_id: string; id: string }[]) =>
  inTransaction(systemContext(platform, ''), (tx) => publishAgents(tx, event, agents));

/** Turns agents offline whose processes have all been silent for 45 s. */
export async function markSilentAgents(platform: Platform): Promise<void> {
  await publishPresence(platform, agentOffline, await saveSilentAgents(platform));
}
