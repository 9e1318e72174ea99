import type { GraphEdge } from '#console/api/contract.ts';
import { formatCount, NONE } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { healthLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';
import { explainEdge, formatMs, formatPerMin, formatRate } from '../node-text.ts';
import { AgentLinks, type DetailProps } from './node-detail.tsx';

const KNOWN_BY = {
  declared: 'A declaration only',
  observed: 'Runs only: nobody declared it',
  both: 'A declaration and runs',
};

/** Calls from one to another: how it goes against what is usual. */
export function EdgeDetail({ edge, nameOf, onSelect }: DetailProps & { edge: GraphEdge }) {
  const { attempts_per_call, base_attempts, calls, errors } = edge;
  return (
    <div className="grid grid-cols-1 gap-4 px-5 py-4">
      <div className="flex flex-wrap items-center gap-2">
        <StatePill look={healthLooks[edge.status]} />
        {edge.in_cycle && <Badge title="They reach each other in a circle">cycle</Badge>}
        {edge.is_unused && <Badge title="Declared, without a call for 14 days">unused</Badge>}
        {!edge.to.includes(':') && <AgentLinks id={edge.to} />}
      </div>
      <p>{explainEdge(edge)}</p>
      <Facts
        facts={[
          ['Calls', formatCount(calls)],
          ['Messages', formatPerMin(edge.per_min)],
          ['Failed', `${formatCount(errors)} (${formatRate(calls === 0 ? null : errors / calls)})`],
          ['Tries per call', `${attempts_per_call?.toFixed(1) ?? NONE}; ${base_attempts.toFixed(1)} is usual`],
          ['p95', `${formatMs(edge.p95_ms)}; ${formatMs(edge.base_p95_ms)} is usual`],
          ['Of the caller’s time', formatRate(edge.share)],
          ['Known by', KNOWN_BY[edge.provenance]],
          ['Last seen', <Ago key="seen" at={edge.last_seen_at} />],
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => onSelect(edge.from)}>{nameOf(edge.from)}</Button>
        <Button onClick={() => onSelect(edge.to)}>{nameOf(edge.to)}</Button>
      </div>
    </div>
  );
}
