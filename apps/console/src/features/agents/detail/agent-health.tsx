import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { AgentDetail } from '#console/api/contract.ts';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import { formatBytes, formatCount, NONE } from '#console/lib/format/numbers.ts';
import { Snippet } from '#console/ui/data/copy.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { healthLooks } from '#console/ui/state/looks.ts';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { HealthReasons } from './health-reasons.tsx';

const route = getRouteApi('/frame/agents/$agentId/health');

type Producer = AgentDetail['producers'][number];

/** Why the agent has its colour, and the processes that report for it. */
export function AgentHealth() {
  const { agentId } = route.useParams();
  const { data: agent } = useQuery(agentQuery(agentId));
  if (!agent) return null;
  return (
    <div className="grid gap-4 px-4 py-4 sm:px-6">
      <Section title="Now">
        <Panel>
          <div className="border-b px-4 py-2.5 last:border-b-0">
            <MarkedWord look={healthLooks[agent.health]} className="font-medium" />
          </div>
          <HealthReasons reasons={agent.health_reasons} />
        </Panel>
      </Section>
      <Section title="Processes" aside="seen in the last 24 hours">
        {agent.producers.length === 0 ? <NoProcess slug={agent.slug} /> : <Processes producers={agent.producers} />}
      </Section>
    </div>
  );
}

function Processes({ producers }: { producers: readonly Producer[] }) {
  return (
    <div className="grid gap-3 lg:grid-cols-2 2xl:grid-cols-3">
      {producers.map((producer) => (
        <Process key={producer.id} producer={producer} />
      ))}
    </div>
  );
}

function Process({ producer }: { producer: Producer }) {
  const dropped = Object.entries(producer.dropped).filter(([, count]) => count > 0);
  return (
    <Panel className="grid gap-2 p-4">
      <div className="flex items-center gap-2.5">
        <Mark
          look={producer.online ? healthLooks.green : healthLooks.grey}
          label={producer.online ? 'Online' : 'Offline'}
        />
        <span className="truncate font-medium">
          {producer.host ?? 'Unknown host'}
          {producer.pid !== null && <span className="num font-normal text-fg-3"> pid {producer.pid}</span>}
        </span>
        {producer.unread_rules.length > 0 && (
          <Badge tone="warn" title={`Its SDK cannot read rules about ${producer.unread_rules.join(', ')}`}>
            partly governed
          </Badge>
        )}
        <Ago at={producer.last_seen_at} className="ml-auto shrink-0 text-sm text-fg-3" />
      </div>
      <dl className="num grid grid-cols-2 gap-x-4 gap-y-1 text-sm sm:grid-cols-3">
        <Fact name="SDK" value={producer.sdk ?? NONE} />
        <Fact name="Runtime" value={producer.runtime ?? NONE} />
        <Fact name="Bundle" value={producer.bundle === null ? NONE : String(producer.bundle)} />
        <Fact
          name="Memory"
          value={producer.self.rss_mb === undefined ? NONE : `${formatCount(producer.self.rss_mb)} MB`}
        />
        <Fact
          name="Queue"
          value={producer.self.queue_bytes === undefined ? NONE : formatBytes(producer.self.queue_bytes)}
        />
        <Fact name="Clock skew" value={producer.skew_ms === null ? NONE : `${formatCount(producer.skew_ms)} ms`} />
      </dl>
      {dropped.length > 0 && (
        <p className="flex flex-wrap gap-1">
          {dropped.map(([reason, count]) => (
            <Badge key={reason} tone="warn" title="Events that this process dropped since it began">
              {formatCount(count)} dropped: {reason.replaceAll('_', ' ')}
            </Badge>
          ))}
        </p>
      )}
    </Panel>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-fg-3">{name}</dt>
      <dd className="truncate" title={value}>
        {value}
      </dd>
    </div>
  );
}

function NoProcess({ slug }: { slug: string }) {
  return (
    <Panel>
      <Empty title="No process has reported in 24 hours">
        <p>Start the agent with its key in the environment:</p>
        <Snippet
          label="Terminal"
          code={`MC_URL=${window.location.origin} MC_KEY=mcs_… MC_AGENT=${slug} node agent.js`}
        />
      </Empty>
    </Panel>
  );
}
