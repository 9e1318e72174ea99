import type { SseConnection } from '#server/platform/http/sse.ts';
import type { Hub } from '../hub/hub.ts';
import { parsePlace, type StreamPlace } from '../hub/items.ts';
import type { Subscriber } from '../hub/seats.ts';
import type { Claim } from '../listeners/admit.ts';
import { parseSince } from './topics.rules.ts';

/** A place that no message has: the client is told to read anew. */
const UNKNOWN: StreamPlace = { tx: '0', id: 0, ordinal: 0 };

/** What a route asks of the hub. */
export interface StreamRequest extends Pick<Subscriber, 'topics' | 'form' | 'accepts'> {
  claim: Omit<Claim, 'orgId'>;
  since: string | undefined;
}

/** Serves a connection until the client goes or may no longer listen. */
export async function serveStream(
  hub: Hub,
  { opener, write, end, onClose }: SseConnection,
  { claim, since, ...wanted }: StreamRequest,
): Promise<void> {
  const { orgId, credentials, lastEventId } = opener;
  const start = lastEventId === undefined ? parseSince(since) : (parsePlace(lastEventId) ?? UNKNOWN);
  const left = hub.join({ ...wanted, credentials, claim: { ...claim, orgId }, start, write, end });
  onClose(() => void left.then((leave) => leave()));
  await left;
}
