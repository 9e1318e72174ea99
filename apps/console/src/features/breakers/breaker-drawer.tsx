import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BreakerDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { breakerQuery } from '#console/api/queries/enforcement/breakers.ts';
import { formatCount, NONE, plural } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { RuleLink } from '#console/ui/rule/rule-link.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { breakerLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';
import { BreakerMoves } from './breaker-moves.tsx';
import { formatMeasure, toEffectText, toPartText, toThresholdText } from './breaker-text.ts';
import { Retry } from './breakers-table.tsx';
import { WindowBars } from './window-bars.tsx';

/** One breaker: its state and why, its window, who tries, and what a person can do. */
export function BreakerDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(breakerQuery(id));
  return (
    <Drawer title={data ? <ForeignText text={data.agent_name} /> : 'Breaker'} onClose={onClose}>
      {data ? <Detail breaker={data} /> : error ? null : <SkeletonRows rows={5} />}
      {error && !data && (
        <Failed
          what="The breaker could not be loaded"
          failure={toFailure(error)}
          onRetry={() => void refetch()}
          isCompact
        />
      )}
    </Drawer>
  );
}

function Detail({ breaker }: { breaker: BreakerDetail }) {
  const { state, held_by, mode, reason, tries } = breaker;
  return (
    <div className="grid grid-cols-1 gap-4 px-5 py-4">
      <div className="flex flex-wrap items-center gap-2">
        <StatePill look={breakerLooks[state]} />
        {held_by !== null && <Badge title="A person keeps it as it is">held</Badge>}
        {mode === 'monitor' && <Badge title="The rule only watches">monitor</Badge>}
      </div>
      {state === 'open' && <p className="text-lg">Open: {toEffectText(breaker)}.</p>}
      {state === 'half_open' && <p className="text-lg">A few runs may try; when all go well, it closes.</p>}
      {reason && (
        <p className="break-words">
          <ForeignText text={reason} />
        </p>
      )}
      <BreakerFacts breaker={breaker} />
      <BreakerMoves breaker={breaker} />
      <Section title="Its window">
        <WindowBars breaker={breaker} />
      </Section>
      {tries.length > 0 && (
        <Section title="Runs that try">
          <ul className="grid gap-1">
            {tries.map(({ run_id, granted_at, outcome }) => (
              <li key={run_id} className="flex items-center gap-3">
                <Link to="/runs/$runId" params={{ runId: run_id }} search={{}} className="text-accent hover:underline">
                  Run
                </Link>
                <span className="text-fg-2">{outcome ?? 'under way'}</span>
                <Ago at={granted_at} className="ml-auto text-sm text-fg-3" />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

/** What was measured when it opened; a person needs no measure. */
function toMeasured({ value, watch, calls, held_by, state }: BreakerDetail): string {
  if (state === 'open' && held_by !== null) return 'by hand';
  return value === null ? NONE : `${formatMeasure(watch, value)} in ${formatCount(calls ?? 0)} calls`;
}

function BreakerFacts({ breaker }: { breaker: BreakerDetail }) {
  const { agent_id, agent_name, rule, open_count, opened_at, closed_at, retry_at, state, held_by, probes } = breaker;
  const part = toPartText(breaker);
  return (
    <Facts
      facts={[
        [
          'Agent',
          <Link
            key="agent"
            to="/agents/$agentId"
            params={{ agentId: agent_id }}
            className="text-accent hover:underline"
          >
            <ForeignText text={agent_name} />
          </Link>,
        ],
        ...(part === undefined ? [] : ([['Of it', <ForeignText key="part" text={part} />]] as const)),
        ['Rule', <RuleLink key="rule" rule={rule} />],
        ['Opens', toThresholdText(breaker)],
        ['Opened at', toMeasured(breaker)],
        ['Opened', <Ago key="opened" at={opened_at} />],
        ...(state === 'closed' && closed_at !== null
          ? ([['Closed', <Ago key="closed" at={closed_at} />]] as const)
          : []),
        ...(state === 'open'
          ? ([['Tries again', held_by ? 'once it is released' : <Retry key="retry" at={retry_at} />]] as const)
          : []),
        ['Closes', `after ${plural(probes, 'good run')}`],
        ...(open_count > 0 ? ([['In a row', plural(open_count + 1, 'time')]] as const) : []),
      ]}
    />
  );
}
