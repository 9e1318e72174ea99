import type { FrameSource, Gateways } from '#server/gateways/index.ts';
import { systemContext } from '#server/platform/context.ts';
import { catchUp } from './catch-up/catch-up.ts';
import { saveFollow } from './follow/follow.store.ts';
import { createFollower, type Follower } from './follow/follower.ts';
import type { WriterParts } from './follow/gateway-writer.ts';

/** Observes every gateway that this process holds a connection to, without any SDK on the agents' side. */
export interface Observer {
  /** Stores what is due now; tests use it, time does otherwise. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

interface Observed {
  source: FrameSource;
  follower: Follower;
  heardAt: number;
  /** The catch-up under way; frames go on meanwhile. */
  reading: Promise<void> | undefined;
  checkedAt: number;
}

const NOTE_MS = 30_000;
/** A gateway ticks every 30 s. */
const SILENT_MS = 90_000;
const CHECK_MS = 600_000;

export function createObserver(parts: WriterParts, gateways: Gateways): Observer {
  const { platform } = parts;
  const observed = new Map<string, Observed>();
  const nowMs = () => platform.now().getTime();

  const observe = (source: FrameSource): Observed => {
    const known = observed.get(source.gatewayId);
    if (known) return Object.assign(known, { source, heardAt: nowMs() });
    const follower = createFollower(parts, source);
    const made = { source, follower, heardAt: nowMs(), reading: undefined, checkedAt: nowMs() };
    observed.set(source.gatewayId, made);
    return made;
  };

  const read = (one: Observed) => {
    one.checkedAt = nowMs();
    one.reading ??= catchUp(platform, one.source, one.follower)
      .catch((error) => {
        platform.log.warn({ err: error, gateway_id: one.source.gatewayId }, 'a gateway could not be caught up with');
        one.checkedAt = 0; // the next note tries again
      })
      .finally(() => {
        one.reading = undefined;
      });
  };

  const note = async () => {
    for (const one of observed.values()) {
      await one.follower.flush(); // lets go of runs that ended a while ago
      if (nowMs() - one.heardAt > SILENT_MS) continue;
      if (nowMs() - one.checkedAt >= CHECK_MS) read(one);
      const { orgId, gatewayId, connection } = one.source;
      if (one.reading === undefined)
        await saveFollow(systemContext(platform, orgId), gatewayId, {
          until: new Date(one.heardAt),
          bootId: connection.hello.bootId,
        });
    }
  };

  const timer = setInterval(() => {
    note().catch((error) => platform.log.warn({ err: error }, 'how far gateways were followed was not noted'));
  }, NOTE_MS).unref();

  gateways.onConnected((source) => {
    const one = observe(source);
    one.follower.begin();
    read(one);
  });
  gateways.onFrame((source, frame) => {
    const one = observe(source);
    if (!one.follower.take(frame)) read(one);
  });

  return {
    async settle() {
      for (const { follower, reading } of observed.values()) {
        await reading;
        await follower.flush();
      }
    },
    async close() {
      clearInterval(timer);
      await Promise.all([...observed.values()].map(({ follower }) => follower.close()));
    },
  };
}
