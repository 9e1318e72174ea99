import { Link } from '@tanstack/react-router';
import type { GatewaySync } from '#console/api/contract.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { Mark, type StateLook } from '#console/ui/state/mark.tsx';

type SyncedAgent = GatewaySync['agents'][number];
type SyncError = GatewaySync['errors'][number];

const looks = {
  running: { tone: 'run', shape: 'target', word: 'Under way' },
  updated: { tone: 'ok', shape: 'dot', word: 'Updated' },
  planned: { tone: 'idle', shape: 'ring', word: 'Looked at' },
  failed: { tone: 'bad', shape: 'diamond', word: 'Failed' },
} as const satisfies Record<SyncedAgent['state'], StateLook>;

const actions = { keep: 'stays', create: 'is made', change: 'changes' } as const;

interface SyncedAgentsProps {
  agents: readonly SyncedAgent[];
  errors: readonly SyncError[];
}

/** What became of each agent, or would; errors that are about no agent come last. */
export function SyncedAgents({ agents, errors }: SyncedAgentsProps) {
  const listed = new Set(agents.map(({ agent_id }) => agent_id));
  const others = errors.filter(({ agent_id }) => agent_id === null || !listed.has(agent_id));
  if (agents.length + others.length === 0) return null;
  return (
    <ul className="border-t">
      {agents.map((agent) => (
        <Synced
          key={agent.agent_id}
          agent={agent}
          errors={errors.filter(({ agent_id }) => agent_id === agent.agent_id)}
        />
      ))}
      {others.map((error) => (
        <li key={`${error.board_id} ${error.code} ${error.message}`} className="border-b py-2 last:border-b-0">
          <Reason error={error} />
        </li>
      ))}
    </ul>
  );
}

function Synced({ agent, errors }: { agent: SyncedAgent; errors: readonly SyncError[] }) {
  const look = looks[agent.state];
  return (
    <li className="grid gap-1 border-b py-2 last:border-b-0">
      <p className="flex items-center gap-2.5">
        <Mark look={look} />
        <Link
          to="/agents/$agentId"
          params={{ agentId: agent.agent_id }}
          className="min-w-0 truncate font-medium hover:text-accent"
        >
          <ForeignText text={agent.agent_name} />
        </Link>
        <span className="ml-auto text-sm text-fg-3">{look.word}</span>
      </p>
      {agent.files.length > 0 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 pl-5 text-sm">
          {agent.files.map(({ name, action }) => (
            <li key={name} className="flex items-center gap-1.5">
              <span className="font-mono">{name}</span>
              <Badge tone={action === 'keep' ? 'plain' : 'warn'}>{actions[action]}</Badge>
            </li>
          ))}
        </ul>
      )}
      {errors.map((error) => (
        <div key={`${error.code} ${error.message}`} className="pl-5">
          <Reason error={error} />
        </div>
      ))}
    </li>
  );
}

function Reason({ error: { message, code } }: { error: SyncError }) {
  return (
    <p className="break-words">
      <ForeignText text={message} /> <code className="font-mono text-sm text-bad">{code}</code>
    </p>
  );
}
