import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Manifest } from '#console/api/contract.ts';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import { formatCount, formatDurationUs, formatShare, NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { Facts, Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { ToolList } from './tool-list.tsx';

const route = getRouteApi('/frame/agents/$agentId/manifest');

/** What the active version declares: what is not named here, the agent may not do. */
export function AgentManifest() {
  const { agentId } = route.useParams();
  const { data: agent } = useQuery(agentQuery(agentId));
  if (!agent) return null;
  const manifest = agent.active_version?.manifest;
  if (!manifest) {
    return (
      <Empty title="Nothing is declared">
        <p>
          This agent was found in traffic and has no version yet. It declares its tools when it enrols with the SDK.
        </p>
      </Empty>
    );
  }
  return (
    <div className="grid gap-4 px-4 py-4 sm:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <Section title="Tools" aside={<span className="num">{formatCount(manifest.tools.length)}</span>}>
        <Panel>
          {manifest.tools.length === 0 ? (
            <p className="px-4 py-3 text-fg-3">No tool is declared.</p>
          ) : (
            <ToolList agentId={agentId} tools={manifest.tools} />
          )}
        </Panel>
      </Section>
      <div className="grid content-start gap-4">
        <Section title="Limits and model">
          <Panel className="p-4">
            <Facts facts={limitFacts(manifest)} />
          </Panel>
        </Section>
        <Names title="Data stores" names={manifest.data_stores.map((store) => [store.name, store.sensitivity])} />
        <Names title="Sub-agents" names={manifest.subagents.map((name) => [name])} />
        <Names
          title="Prompts"
          names={(manifest.prompts ?? []).map((prompt) => [prompt.name, prompt.hash?.slice(0, 8)])}
        />
        <Section title="As JSON">
          <JsonTree value={manifest} label="Manifest" />
        </Section>
      </div>
    </div>
  );
}

function limitFacts(manifest: Manifest): (readonly [string, ReactNode])[] {
  const { model, max_concurrency, latency_sla_ms, sla_percentile } = manifest;
  const share = sla_percentile === undefined ? '' : ` for ${formatShare(sla_percentile)} of runs`;
  return [
    ['Model', model ? <ForeignText key="model" text={[model.provider, model.name].filter(Boolean).join('/')} /> : NONE],
    ['Allowed models', manifest.models_allowed?.join(', ') || 'any'],
    ['Concurrency', max_concurrency === undefined ? 'no limit' : formatCount(max_concurrency)],
    ['Latency', latency_sla_ms === undefined ? 'no service level' : formatDurationUs(latency_sla_ms * 1_000) + share],
    ['Entrypoints', manifest.entrypoints?.join(', ') || NONE],
  ];
}

function Names({ title, names }: { title: string; names: (readonly [string, string?])[] }) {
  if (names.length === 0) return null;
  return (
    <Section title={title}>
      <Panel>
        <ul>
          {names.map(([name, note]) => (
            <li key={name} className="flex items-center justify-between gap-3 border-b px-4 py-1.5 last:border-b-0">
              <span className="min-w-0 font-mono text-sm break-words">
                <ForeignText text={name} />
              </span>
              {note && <Badge>{note}</Badge>}
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
