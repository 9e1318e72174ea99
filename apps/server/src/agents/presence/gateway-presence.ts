import { z } from 'zod';
import type { FrameSource, GatewayFrame } from '#server/gateways/index.ts';
import { inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { agentOnline, agentUpdated } from '../registry/agents.events.ts';
import { publishAgents } from '../registry/publish-agents.ts';
import { type SeenAt, saveRunFailed, saveSeen } from './presence.store.ts';
import { type Sighting, toSighting } from './sightings.ts';

const WRITE_MS = 1_000;

/** Signs of life of agents of gateways, from what the gateways tell: gathered in memory, written once a second. */
export interface GatewayPresence {
  /** Listens to frames; does no I/O. */
  hear(source: FrameSource, frame: GatewayFrame): void;
  start(): void;
  close(): Promise<void>;
}

export function createGatewayPresence(platform: Platform): GatewayPresence {
  let seen = new Map<string, SeenAt>();
  let failures: NonNullable<Sighting['failure']>[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    if (seen.size === 0 && failures.length === 0) return;
    const [sightings, failed] = [[...seen.values()], failures];
    [seen, failures] = [new Map(), []];
    await noteSeen(platform, sightings);
    for (const { runId, message } of failed) await noteFailure(platform, runId, message);
  };
  const writeQuietly = () => {
    writing = writing
      .then(write)
      .catch((error) => platform.log.warn({ err: error }, 'signs of life of agents were not written'));
  };

  return {
    hear({ gatewayId }, { event, payload }) {
      const sighting = toSighting(event, payload);
      if (!sighting) return;
      const { gatewayAgentId, failure } = sighting;
      seen.set(`${gatewayId} ${gatewayAgentId}`, { gateway_id: gatewayId, gateway_agent_id: gatewayAgentId });
      if (failure && z.uuid().safeParse(failure.runId).success) failures.push(failure);
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

/** Writes down that agents were seen; people are told of those that came back. */
const noteSeen = (platform: Platform, seen: SeenAt[]): Promise<void> =>
  inTransaction(systemContext(platform, ''), async (tx) => publishAgents(tx, agentOnline, await saveSeen(tx, seen)));

const noteFailure = (platform: Platform, runId: string, message: string): Promise<void> =>
  inTransaction(systemContext(platform, ''), async (tx) =>
    publishAgents(tx, agentUpdated, await saveRunFailed(tx, runId, message)),
  );
