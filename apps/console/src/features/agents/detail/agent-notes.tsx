import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AgentDetail } from '#console/api/contract.ts';
import { violationsQuery } from '#console/api/queries/fleet/violations.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { enforcementLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';

const SHOWN = 5;

/** The agent's violations that nobody has looked at. */
export function OpenViolations({ agentId }: { agentId: string }) {
  const { data } = useInfiniteQuery(violationsQuery({ agent_id: agentId, state: 'open' }));
  const violations = data?.pages[0]?.items ?? [];
  if (violations.length === 0) return null;
  return (
    <Section
      title="Open violations"
      aside={
        <Link to="/violations" search={{ agent_id: agentId, state: 'open' }} className="text-accent hover:underline">
          All of this agent
        </Link>
      }
    >
      <Panel>
        <ul>
          {violations.slice(0, SHOWN).map((violation) => (
            <li key={violation.id} className="flex h-9 items-center gap-3 border-b px-4 last:border-b-0">
              <Mark
                look={enforcementLooks[violation.enforcement]}
                label={enforcementLooks[violation.enforcement].word}
              />
              <Link
                to="/violations"
                search={{ agent_id: agentId, id: violation.id }}
                className="min-w-0 flex-1 truncate hover:text-accent"
              >
                <ForeignText text={violation.explanation} />
              </Link>
              <Ago at={violation.ts} className="num shrink-0 text-sm text-fg-3" />
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

/** What the active version may call, in one line each; the manifest tells the rest. */
export function DeclaredTools({ agent }: { agent: AgentDetail }) {
  const tools = agent.active_version?.manifest.tools ?? [];
  if (tools.length === 0) return null;
  return (
    <Section
      title="May call"
      aside={
        <Link to="/agents/$agentId/manifest" params={{ agentId: agent.id }} className="text-accent hover:underline">
          {plural(tools.length, 'tool')}
        </Link>
      }
    >
      <Panel className="flex flex-wrap gap-x-5 gap-y-2 px-4 py-3">
        {tools.map((tool) => (
          <span key={tool.name} className="inline-flex items-center gap-2">
            <span className="font-mono text-sm">
              <ForeignText text={tool.name} />
            </span>
            <Badge>{tool.side_effect.replaceAll('_', ' ')}</Badge>
          </span>
        ))}
      </Panel>
    </Section>
  );
}
