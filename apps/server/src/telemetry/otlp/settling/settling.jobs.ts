import type { ReportedAgent } from '#server/agents/index.ts';
import { type Context, type Platform, systemContext } from '#server/platform/context.ts';
import type { BatchStore } from '../../ingest/store-batch.ts';
import type { OpenScope } from '../../reading/scopes.ts';
import { createAgentFinder, type FindAgents } from '../reporting/reported-agents.ts';
import { type Claim, type Line, type ToldLine, toLines } from './lines.rules.ts';
import { readParts } from './part.ts';
import { toRunId } from './run-ids.ts';
import { claimDueTraces, type DueTrace, listParts, saveSettled } from './settling.store.ts';
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
      const tree = buildTree(readParts(await listParts(ctx, trace)));
      const claim: Claim = {
        ...{ traceId: trace.trace_id, settle: trace.settles },
        runIdOf: (run) => toRunId(run, trace.run_id),
      };
      // Producers one after the other, as their lines come: runs stand before what belongs to them.
      for (const [producerId, told] of groupByProducer(toLines(claim, tree))) {
        const agents = await findAgents(ctx, producerId, new Set(told.map(({ run }) => run)));
        for (const { line, run } of told)
          if (line.t === 'run.start') line.agent = agents.get(run.agent.identity)?.id ?? UNKNOWN;
        await store(ctx, trace, producerId, { lines: told.map(({ line }) => line), agents: [...agents.values()] });
      }
      await saveSettled(platform, trace);
    }

    async function store(ctx: Context, trace: DueTrace, producer: string, { agents, lines }: Told): Promise<void> {
      const header = {
        ...{ producer, batch: trace.pending_batch, sdk: null, sentAt: ctx.now().getTime() * 1_000 },
        ...{ bundles: {}, dropped: {}, self: {}, ack: [] },
      };
      const scope = await openScope(ctx, header, { source: 'otlp', agents: agents.map(toProcessAgent) });
      const texts = lines.map((line) => JSON.stringify(line));
      const bytes = texts.reduce((sum, text) => sum + text.length, 0);
      const { answer } = await batches.store(scope, { header, lines: texts }, bytes);
      if (answer.rejected_total > 0)
        platform.log.warn({ trace_id: trace.trace_id, rejected: answer.rejected.slice(0, 5) }, 'spans were refused');
    }
  };

function groupByProducer(lines: readonly ToldLine[]): Map<string, ToldLine[]> {
  const groups = new Map<string, ToldLine[]>();
  for (const told of lines) {
    const group = groups.get(told.producerId) ?? [];
    group.push(told);
    groups.set(told.producerId, group);
  }
  return groups;
}

/** What one producer told of a trace. */
interface Told {
  lines: Line[];
  agents: ReportedAgent[];
}

/** No agent of the batch: lines of its runs are refused. */
const UNKNOWN = 'unknown';

/** Under its id: lines name it by that. */
const toProcessAgent = ({ id, agent_type, version_id, control_state, control_at }: ReportedAgent) => ({
  ...{ id, slug: id, agent_type, version_id, control_state, control_at },
  bundle: 0,
});
