import type { Agents, ProcessAgent } from '#server/agents/index.ts';
import type { Context, Platform } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { Header } from '../batches/header.rules.ts';
import { formatInstant } from '../batches/instants.rules.ts';
import { splitBatch } from '../reading/lines.ts';
import type { ReaderScope } from '../reading/reader.ts';
import type { OpenScope } from '../reading/scopes.ts';
import type { CommittedAnswer } from '../writer/batch.ts';
import { createAdmission, HIGH_PRIORITY_MAX_BYTES } from './admission.ts';
import { createInflate } from './inflate.ts';
import type { BatchAnswer } from './ingest.schema.ts';
import type { BatchStore } from './store-batch.ts';

/** A request as HTTP gave it. */
export interface BatchRequest {
  body: Buffer;
  encoding: string | undefined;
  /** Marked `MC-Priority: high`. */
  high: boolean;
}

/** Takes batches of telemetry in: accepts cheaply, computes once, answers after COMMIT. */
export interface Ingest {
  /** Throws `batch.*` for a bad body, `ingest.busy` and `ingest.quota` for one that must come later. */
  accept(ctx: Context, request: BatchRequest): Promise<BatchAnswer>;
}

export function createIngest(
  platform: Platform,
  { getProcessAgents, presence }: Agents,
  { batches, openScope }: { batches: BatchStore; openScope: OpenScope },
): Ingest {
  const admission = createAdmission(platform.config.ingestQueueBytes);
  const inflate = createInflate();

  const receive = async (ctx: Context, { body, encoding }: BatchRequest): Promise<BatchAnswer> => {
    const inflated = await inflate(body, encoding);
    const text = splitBatch(inflated);
    const { header } = text;
    const count = text.lines.length;
    if (header.producer !== ctx.actor.id)
      throw new Problem('batch.producer', 403, 'The header names another process than the token.');
    const processAgents = await getProcessAgents(ctx);
    const scope = await openScope(ctx, header, { source: 'sdk', agents: processAgents });
    if (count > 0) admission.spend(`${ctx.orgId}${header.producer}`, count, ctx.now().getTime());
    const committed = count > 0 ? await batches.store(scope, text, inflated.length) : HEARTBEAT;
    presence.see(toSighting(scope, header, ctx.now()));
    return toAnswer(committed, admission.throttleMs(), ctx.now(), processAgents);
  };

  return {
    async accept(ctx, request) {
      const high = request.high && request.body.length <= HIGH_PRIORITY_MAX_BYTES;
      const room = admission.enter(ctx.orgId, request.body.length, high);
      try {
        return await receive(ctx, request);
      } finally {
        room.leave();
      }
    },
  };
}

const HEARTBEAT: CommittedAnswer = {
  duplicate: false,
  answer: { accepted: 0, ignored: 0, rejected: [], rejected_total: 0, need: [], keep: [] },
};

const MAX_INT4 = 2_147_483_647;
const toSkewMs = (us: number): number => Math.max(-MAX_INT4, Math.min(MAX_INT4, Math.round(us / 1_000)));

const toSighting = (scope: ReaderScope, header: Header, seenAt: Date) => ({
  org_id: scope.orgId,
  producer_id: header.producer,
  seen_at: seenAt,
  dropped: header.dropped,
  self: header.self,
  bundles: header.bundles,
  skew_ms: toSkewMs(scope.now - header.sentAt),
  redacted: scope.scrub.changed,
  acks: header.ack,
});

const toAnswer = (
  { answer, duplicate }: CommittedAnswer,
  throttleMs: number,
  now: Date,
  processAgents: readonly ProcessAgent[],
): BatchAnswer => ({
  ...answer,
  duplicate,
  throttle_ms: throttleMs,
  server_time: formatInstant(now.getTime() * 1_000),
  bundles: Object.fromEntries(processAgents.map(({ slug, bundle }) => [slug, bundle])),
});
