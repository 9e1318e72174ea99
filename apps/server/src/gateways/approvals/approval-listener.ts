import { setTimeout as wait } from 'node:timers/promises';
import { type Context, type Platform, systemContext } from '#server/platform/context.ts';
import type { FrameSource, GatewayFrame } from '../connections/connection.ts';
import type { Listeners } from '../supervisor/hold.ts';
import { recheckApprovals, settle, takeRequest } from './gateway-approvals.service.ts';
import { type RequestKind, readRequest, readResolved, toExternalRef } from './read-request.ts';

const EVENT = /^(exec|plugin)\.approval\.(requested|resolved)$/;
const TRIES = 6;
const FIRST_RETRY_MS = 500;

/** Hears what gateways ask and what is decided there, one after the other per gateway. */
export function listenForApprovals(platform: Platform, listeners: Listeners): void {
  const queues = new Map<string, Promise<void>>();

  const inTurn = (source: FrameSource, tries: number, work: (ctx: Context) => Promise<void>) => {
    const ctx = systemContext(platform, source.orgId);
    const before = queues.get(source.gatewayId) ?? Promise.resolve();
    const next = before.then(() => persist(ctx, source.gatewayId, tries, () => work(ctx)));
    queues.set(source.gatewayId, next);
    void next.finally(() => queues.get(source.gatewayId) === next && queues.delete(source.gatewayId));
  };

  listeners.frame.push((source, frame) => {
    const work = readWork(source, frame);
    if (work) inTurn(source, TRIES, work);
  });
  // The next connect asks again.
  listeners.connected.push((source) => inTurn(source, 1, (ctx) => recheckApprovals(ctx, source.connection)));
}

function readWork(source: FrameSource, { event, payload }: GatewayFrame) {
  const [, kind, what] = EVENT.exec(event) ?? [];
  if (kind !== 'exec' && kind !== 'plugin') return undefined;
  return what === 'requested' ? readRequested(source, kind, payload) : readAnswer(source, kind, payload);
}

function readRequested({ gatewayId }: FrameSource, kind: RequestKind, payload: unknown) {
  const request = readRequest(kind, payload);
  return request && ((ctx: Context) => takeRequest(ctx, gatewayId, request));
}

function readAnswer({ gatewayId }: FrameSource, kind: RequestKind, payload: unknown) {
  const resolved = readResolved(payload);
  return resolved && ((ctx: Context) => settle(ctx, toExternalRef(gatewayId, kind, resolved.id), resolved.outcome));
}

/** An agent waits for it: what fails is tried again for half a minute. */
async function persist(ctx: Context, gatewayId: string, tries: number, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      return await work();
    } catch (error) {
      ctx.log.warn({ err: error, gateway_id: gatewayId, attempt }, 'an approval of a gateway was not taken');
      if (attempt < tries) await wait(FIRST_RETRY_MS * 2 ** (attempt - 1), undefined, { ref: false });
    }
  }
}
