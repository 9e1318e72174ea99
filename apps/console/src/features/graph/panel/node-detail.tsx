import type { Graph, GraphEdge, GraphNode } from '#console/api/contract.ts';
import { formatCompact, formatCostUsd, formatCount, NONE } from '#console/lib/format/numbers.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { healthLooks } from '#console/ui/state/looks.ts';
import { Mark, StatePill } from '#console/ui/state/mark.tsx';
import { formatMs, formatPerMin, formatRate } from '../node-text.ts';

export interface DetailProps {
  graph: Graph;
  nameOf: (nodeId: string) => string;
  onSelect: (id: string | undefined) => void;
}

/** An agent: how it is and why, who waits for it, whom it calls. */
export function NodeDetail({ node, graph, nameOf, onSelect }: DetailProps & { node: GraphNode }) {
  const calls = graph.edges.filter(({ from }) => from === node.id);
  const callers = graph.edges.filter(({ to }) => to === node.id);
  return (
    <div className="grid grid-cols-1 gap-4 px-5 py-4">
      <div className="flex flex-wrap items-center gap-2">
        <StatePill look={healthLooks[node.health]} />
        {node.kind === 'agent' && <AgentLinks id={node.id} />}
      </div>
      {node.reasons.map(({ code, text }) => (
        <p key={code} className="break-words">
          <ForeignText text={text} />
        </p>
      ))}
      <AtRisk node={node} nameOf={nameOf} />
      <Facts
        facts={[
          ['Active runs', toPlaces(node)],
          ['Runs', formatPerMin(node.runs_per_min)],
          ['Failed', formatRate(node.error_rate)],
          ['p95', formatMs(node.p95_ms)],
          ['Tokens', `${formatCompact(Math.round(node.tokens_per_min))}/min`],
          ['Cost', `${formatCostUsd(node.cost_per_hour)}/h`],
          ['Version', node.version ?? NONE],
        ]}
      />
      <Calls title="Called by" edges={callers} nameOf={(edge) => nameOf(edge.from)} onSelect={onSelect} />
      <Calls title="Calls" edges={calls} nameOf={(edge) => nameOf(edge.to)} onSelect={onSelect} />
    </div>
  );
}

const toPlaces = ({ active_runs, max_concurrency }: GraphNode): string => {
  if (active_runs === null) return NONE;
  return max_concurrency === null ? formatCount(active_runs) : `${formatCount(active_runs)} of ${max_concurrency}`;
};

/** Where to look next at an agent. */
export function AgentLinks({ id }: { id: string }) {
  return (
    <span className="ml-auto flex flex-wrap gap-2">
      <LinkButton to="/agents/$agentId" params={{ agentId: id }}>
        Agent
      </LinkButton>
      <LinkButton to="/runs" search={{ agent_id: id }}>
        Runs
      </LinkButton>
      <LinkButton to="/runs" search={{ agent_id: id, status: 'error' }}>
        Failed runs
      </LinkButton>
    </span>
  );
}

function AtRisk({ node: { impact }, nameOf }: { node: GraphNode; nameOf: (id: string) => string }) {
  if (impact.upstream_at_risk.length === 0) return null;
  const names = impact.upstream_at_risk.map(nameOf).join(', ');
  return (
    <p className="break-words text-warn">
      Waiting for it: <ForeignText text={names} />.
      {impact.eta_s !== null && ` The first has no free place left in about ${formatMs(impact.eta_s * 1_000)}.`}
    </p>
  );
}

interface CallsProps {
  title: string;
  edges: readonly GraphEdge[];
  nameOf: (edge: GraphEdge) => string;
  onSelect: (id: string) => void;
}

function Calls({ title, edges, nameOf, onSelect }: CallsProps) {
  if (edges.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="grid gap-px">
        {edges
          .toSorted((a, b) => b.per_min - a.per_min)
          .map((edge) => (
            <li key={edge.id}>
              <button
                type="button"
                onClick={() => onSelect(edge.id)}
                className="flex w-full items-center gap-2.5 rounded py-1 text-left hover:text-accent"
              >
                <Mark look={healthLooks[edge.status]} label={healthLooks[edge.status].word} />
                <span className="min-w-0 flex-1 truncate">
                  <ForeignText text={nameOf(edge)} />
                </span>
                <span className="num text-sm text-fg-3">{formatPerMin(edge.per_min)}</span>
                <span className="num w-16 text-right text-sm text-fg-2">{formatMs(edge.p95_ms)}</span>
              </button>
            </li>
          ))}
      </ul>
    </Section>
  );
}
