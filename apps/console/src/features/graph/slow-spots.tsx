import type { Graph } from '#console/api/contract.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { healthLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';

interface SlowSpotsProps {
  graph: Graph;
  chosen: string | undefined;
  onChoose: (nodeId: string | undefined) => void;
}

/** What is slow and why, in words; a press shows the chain of who waits for it. */
export function SlowSpots({ graph: { slow, nodes }, chosen, onChoose }: SlowSpotsProps) {
  if (slow.length === 0) return null;
  const healthOf = new Map(nodes.map(({ id, health }) => [id, health]));
  return (
    <ul aria-label="What is slow and why" className="max-h-40 shrink-0 overflow-y-auto border-t bg-surface">
      {slow.map(({ node_id, text }) => {
        const look = healthLooks[healthOf.get(node_id) ?? 'grey'];
        return (
          <li key={node_id}>
            <button
              type="button"
              aria-pressed={node_id === chosen}
              onClick={() => onChoose(node_id === chosen ? undefined : node_id)}
              className={cx(
                'flex w-full items-baseline gap-2 px-4 py-1.5 text-left hover:bg-sunken sm:px-6',
                node_id === chosen && 'bg-accent-soft',
              )}
            >
              <Mark look={look} label={look.word} className="relative top-px" />
              <span className="min-w-0">
                <ForeignText text={text} />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
