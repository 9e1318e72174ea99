import type { Platform } from '#server/platform/context.ts';
import { markLostGatewayRuns } from '../gateways/follow/follow.store.ts';
import { markGaps, markLostRuns, markParents } from './closing.store.ts';

/** Gives up runs that nobody reports any more, marks those whose events are missing, and finds late parents. */
export async function closeRuns(platform: Platform): Promise<void> {
  await markLostRuns(platform);
  await markLostGatewayRuns(platform);
  await markGaps(platform);
  await markParents(platform);
}
