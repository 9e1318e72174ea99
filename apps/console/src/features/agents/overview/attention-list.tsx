import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Agent, Breaker, Violation } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { breakersQuery } from '#console/api/queries/enforcement/breakers.ts';
import { updateViolation, violationKeys, violationsQuery } from '#console/api/queries/fleet/violations.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { controlLooks, enforcementLooks, healthLooks } from '#console/ui/state/looks.ts';
import { Mark, type StateLook } from '#console/ui/state/mark.tsx';
import { agentsInNeed, groupEqual } from './need.ts';

const SHOWN = 3;

/** What waits for a person now, each with its action on the row. Nothing waiting, nothing shown. */
export function AttentionList({ agents }: { agents: readonly Agent[] }) {
  const violations = useInfiniteQuery(violationsQuery({ state: 'open' }));
  const open = groupEqual(violations.data?.pages[0]?.items ?? []);
  const needy = agentsInNeed(agents);
  const breakers = useInfiniteQuery(breakersQuery({ state: 'open' })).data?.pages[0]?.items ?? [];
  const count = needy.length + open.length + breakers.length;
  if (count === 0) return null;
  const isMore = violations.data?.pages[0]?.next_cursor != null;
  return (
    <Section
      title="Needs you"
      aside={
        <Link to="/violations" className="text-accent hover:underline">
          All violations
        </Link>
      }
      className="px-4 pb-4 sm:px-6"
    >
      <Panel>
        <ul>
          {needy.slice(0, SHOWN).map((agent) => (
            <AgentInNeed key={agent.id} agent={agent} />
          ))}
          {breakers.slice(0, SHOWN).map((breaker) => (
            <OpenBreaker key={breaker.id} breaker={breaker} />
          ))}
          {open.slice(0, SHOWN).map(({ violation, count: equal }) => (
            <OpenViolation key={violation.id} violation={violation} count={equal} />
          ))}
        </ul>
        {Math.max(needy.length, open.length, breakers.length) > SHOWN && (
          <p className="num border-t px-4 py-2 text-sm text-fg-3">
            {formatCount(countBeyond(needy) + countBeyond(open) + countBeyond(breakers))}
            {isMore ? '+' : ''} more
          </p>
        )}
      </Panel>
    </Section>
  );
}

const countBeyond = ({ length }: readonly unknown[]) => Math.max(0, length - SHOWN);

interface LineProps {
  look: StateLook;
  title: ReactNode;
  detail: ReactNode;
  at: string | null;
  action: ReactNode;
}

function Line({ look, title, detail, at, action }: LineProps) {
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1 last:border-b-0">
      <Mark look={look} label={look.word} />
      <p className="min-w-0 flex-1 max-sm:basis-4/5 max-sm:pt-1 sm:truncate">
        {title} <span className="text-fg-2">{detail}</span>
      </p>
      <Ago at={at} className="num text-sm text-fg-3 max-sm:pl-[22px]" />
      <span className="flex min-w-28 justify-end max-sm:ml-auto">{action}</span>
    </li>
  );
}

function AgentInNeed({ agent }: { agent: Agent }) {
  const isHeld = agent.control_state === 'paused' || agent.control_state === 'draining';
  const look = isHeld ? controlLooks[agent.control_state] : healthLooks[agent.health];
  const reason = isHeld ? agent.control_reason : agent.health_reasons.map(({ text }) => text).join(' ');
  return (
    <Line
      look={look}
      title={
        <Link to="/agents/$agentId" params={{ agentId: agent.id }} className="font-medium hover:text-accent">
          <ForeignText text={agent.name} />
        </Link>
      }
      detail={`${look.word.toLowerCase()}${reason ? `: ${reason}` : ''}`}
      at={isHeld ? agent.control_at : (agent.health_reasons[0]?.since ?? agent.last_seen_at)}
      action={
        <Link
          to="/agents/$agentId"
          params={{ agentId: agent.id }}
          className="touch inline-flex items-center text-accent hover:underline"
        >
          Look into it
        </Link>
      }
    />
  );
}

function OpenBreaker({ breaker }: { breaker: Breaker }) {
  const look = { tone: 'bad', shape: 'diamond', word: 'Breaker open' } as const;
  return (
    <Line
      look={look}
      title={
        <Link to="/breakers" search={{ id: breaker.id }} className="font-medium hover:text-accent">
          <ForeignText text={breaker.agent_name} />
        </Link>
      }
      detail={`breaker open${breaker.tool === null ? '' : ` on ${breaker.tool}`}${breaker.mode === 'monitor' ? ', only watched' : ''}`}
      at={breaker.opened_at}
      action={
        <Link
          to="/breakers"
          search={{ id: breaker.id }}
          className="touch inline-flex items-center text-accent hover:underline"
        >
          Look into it
        </Link>
      }
    />
  );
}

function OpenViolation({ violation, count }: { violation: Violation; count: number }) {
  const acknowledge = useAcknowledge(violation.id);
  return (
    <Line
      look={enforcementLooks[violation.enforcement]}
      title={
        <Link to="/violations" search={{ id: violation.id }} className="hover:text-accent">
          <ForeignText text={violation.explanation} />
        </Link>
      }
      detail={count > 1 && <Badge title="Equal ones that are open">×{count}</Badge>}
      at={violation.ts}
      action={
        count === 1 ? (
          <Button isSmall isBusy={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
            Acknowledge
          </Button>
        ) : (
          <Link
            to="/violations"
            search={{ agent_id: violation.agent_id, state: 'open' }}
            className="touch inline-flex items-center text-accent hover:underline"
          >
            Review all
          </Link>
        )
      }
    />
  );
}

function useAcknowledge(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => updateViolation(id, { state: 'acknowledged', note: null }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: violationKeys.lists }),
    onError: (error) => toast.failed(`Not acknowledged: ${toFailure(error).message}`),
  });
}
