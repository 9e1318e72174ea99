import { z } from 'zod';
import { ask, type GatewayConnection } from '#server/gateways/index.ts';

export const Heartbeat = z.record(z.string(), z.unknown());
export type Heartbeat = z.infer<typeof Heartbeat>;

const Config = z.object({
  hash: z.string(),
  config: z
    .object({
      agents: z
        .object({
          defaults: z.object({ heartbeat: Heartbeat.optional() }).optional(),
          entries: z.record(z.string(), z.object({ heartbeat: Heartbeat.optional() })).optional(),
        })
        .optional(),
    })
    .nullish(),
});

const CALL_MS = 10_000;

/** What a gateway's configuration says of scheduled turns. */
interface Schedules {
  /** Names this state of the configuration in a write. */
  hash: string;
  /** Every agent's entry by its id there. */
  entries: Record<string, { heartbeat?: Heartbeat | undefined }>;
  /** How often agents get a turn whose entry says nothing; undefined for the gateway's own default. */
  defaultEvery: string | undefined;
}

export async function readSchedules(connection: GatewayConnection): Promise<Schedules> {
  const { hash, config } = await ask(connection, Config, { method: 'config.get', timeoutMs: CALL_MS });
  const every = config?.agents?.defaults?.heartbeat?.every;
  return {
    hash,
    entries: config?.agents?.entries ?? {},
    defaultEvery: typeof every === 'string' ? every : undefined,
  };
}
