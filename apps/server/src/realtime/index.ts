import type { Platform } from '#server/platform/context.ts';
import type { EventType } from '#server/platform/events/publish.ts';
import type { EventTail } from '#server/platform/events/tail.ts';
import type { Module } from '#server/platform/module.ts';
import type { Authenticate } from '#server/platform/principal.ts';
import { createHub } from './hub/hub.ts';
import { resourceRoutes } from './resources/resources.routes.ts';
import { streamRoutes } from './stream/stream.routes.ts';

/** Live streams: one event tail, many clients. `events` are the facts of all modules. */
export function createRealtime(
  platform: Platform,
  tail: EventTail,
  events: EventType[],
  authenticate: Authenticate,
): Module {
  const hub = createHub(platform, tail, events, authenticate);
  return { name: 'realtime', routes: [streamRoutes(hub), resourceRoutes(hub)], close: async () => hub.close() };
}
