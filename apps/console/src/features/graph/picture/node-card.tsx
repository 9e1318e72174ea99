import { memo } from 'react';
import type { GraphNode } from '#console/api/contract.ts';
import { formatDurationUs } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { healthLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import type { Place } from '../layout/layout.ts';
import { toName } from '../node-text.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './edge-shape.ts';

interface NodeCardProps {
  node: GraphNode;
  place: Place;
  isSelected: boolean;
  isDimmed: boolean;
  isReachable: boolean;
  onSelect: (id: string) => void;
}

/** An agent in the picture: its name, its shape of health, how full it is and how long it takes. */
export const NodeCard = memo(function NodeCard(props: NodeCardProps) {
  const { node, place, isSelected, isDimmed, isReachable, onSelect } = props;
  const look = healthLooks[node.health];
  const name = toName(node);
  return (
    <button
      type="button"
      data-node={node.id}
      tabIndex={isReachable ? 0 : -1}
      aria-label={node.kind === 'agent' ? `${name}, ${look.word}` : name}
      aria-pressed={isSelected}
      onClick={() => onSelect(node.id)}
      style={{
        transform: `translate(${place.x - NODE_WIDTH / 2}px, ${place.y - NODE_HEIGHT / 2}px)`,
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
      }}
      className={cx(
        'absolute top-0 left-0 flex items-center gap-2 rounded-md border bg-surface px-2.5 text-left hover:border-line-strong',
        isSelected && 'border-accent! bg-accent-soft',
        node.health === 'red' && 'border-bad',
        node.health === 'amber' && 'border-warn',
        node.kind !== 'agent' && 'rounded-full border-dashed text-fg-2',
        isDimmed && 'opacity-30',
      )}
    >
      {node.kind === 'agent' || node.kind === 'group' ? <Mark look={look} /> : null}
      <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
      {node.impact.upstream_at_risk.length > 0 && (
        <span className="num text-xs text-warn" title="Callers that wait for it">
          ↑{node.impact.upstream_at_risk.length}
        </span>
      )}
      {node.p95_ms !== null && <span className="num text-xs text-fg-3">{formatDurationUs(node.p95_ms * 1_000)}</span>}
      {(node.active_runs ?? 0) > 0 && <Fullness runs={node.active_runs ?? 0} places={node.max_concurrency} />}
    </button>
  );
});

const RADIUS = 9;
const ROUND = 2 * Math.PI * RADIUS;

/** Active runs in a ring that closes as the places fill. */
function Fullness({ runs, places }: { runs: number; places: number | null }) {
  const share = places === null ? 0 : Math.min(1, runs / places);
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden className="shrink-0">
      <circle cx="12" cy="12" r={RADIUS} fill="none" className="stroke-line" strokeWidth="2" />
      <circle
        cx="12"
        cy="12"
        r={RADIUS}
        fill="none"
        className="stroke-run"
        strokeWidth="2"
        strokeDasharray={`${share * ROUND} ${ROUND}`}
        transform="rotate(-90 12 12)"
      />
      <text x="12" y="15.5" textAnchor="middle" className="num fill-fg-2 text-[9px]">
        {runs}
      </text>
    </svg>
  );
}
