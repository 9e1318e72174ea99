import type { ReportedAgent } from '#server/agents/index.ts';
import { type Context, type Platform, systemContext } from '#server/platform/context.ts';
import type { BatchStore } from '../../ingest/store-batch.ts';
import type { OpenScope } from '../../reading/scopes.ts';
import { toLines } from './lines.rules.ts';
import { createAgentFinder, type FindAgents } from './reported-agents.ts';
import { toRunId } from './run-ids.ts';
import { claimDueTraces, type DueTrace, listSpans, saveSettled } from './settling.store.ts';
import { buildTree } from './tree.rules.ts';

const AT_ONCE = 50;
const MAX_ROUNDS = 20;

export interface SettlingParts {
  batches: BatchStore;
  openScope: OpenScope;
}

/** Turns the spans of traces that fell silent into runs and steps, each span once. */
export const settleTraces =
  ({ batches, openScope }: SettlingParts) =>
  async (platform: Platform): Promise<void> => {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const traces = await claimDueTraces(platform, AT_ONCE);
      const findAgents = createAgentFinder();
      await Promise.all(
        traces.map((trace) =>
          settle(trace, findAgents).catch((error) => {
            platform.log.warn(
              { err: error, trace_id: trace.trace_id },
              'a trace was not settled; it comes round again',
            );
          }),
        ),
      );
      if (traces.length < AT_ONCE) return;
    }

    async function settle(trace: DueTrace, findAgents: FindAgents): Promise<void> {
      const ctx = systemContext(platform, trace.org_id);
      const tree = buildTree(await listSpans(ctx, trace.trace_id));
      const agents = await findAgents(ctx, trace.producer_id, tree.runs);
      const lines = toLines(
        {
          ...{ traceId: trace.trace_id, settle: trace.settles },
          agentOf: ({ agent }) => agents.get(agent.identity)?.id ?? UNKNOWN,
          runIdOf: (run) => toRunId(run, trace.run_id),
        },
        tree,
      );
      if (lines.length > 0)
        await store(
          ctx,
          trace,
          lines.map((line) => JSON.stringify(line)),
          [...agents.values()],
        );
      await saveSettled(platform, trace);
    }

    async function store(ctx: Context, trace: DueTrace, lines: string[], agents: ReportedAgent[]): Promise<void> {
      const header = {
        ...{ producer: trace.producer_id, batch: trace.pending_batch, sdk: null, sentAt: ctx.now().getTime() * 1_000 },
        ...{ bundles: {}, dropped: {}, self: {}, ack: [] },
      };
      const scope = await openScope(ctx, header, { source: 'otlp', agents: agents.map(toProcessAgent) });
      const bytes = lines.reduce((sum, line) => sum + line.length, 0);
      const { answer } = await batches.store(scope, { header, lines }, bytes);
      if (answer.rejected_total > 0)
        platform.log.warn({ trace_id: trace.trace_id, rejected: answer.rejected.slice(0, 5) }, 'spans were refused');
    }
  };

/** No agent of the batch: lines of its runs are refused. */
const UNKNOWN = 'unknown';

/** Under its id: lines name it by that. */
const toProcessAgent = ({ id, agent_type, version_id, control_state, control_at }: ReportedAgent) => ({
  ...{ id, slug: id, agent_type, version_id, control_state, control_at },
  bundle: 0,
});
