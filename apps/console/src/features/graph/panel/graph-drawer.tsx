import type { Graph } from '#console/api/contract.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { toName } from '../node-text.ts';
import { EdgeDetail } from './edge-detail.tsx';
import { NodeDetail } from './node-detail.tsx';

interface GraphDrawerProps {
  id: string;
  graph: Graph;
  onSelect: (id: string | undefined) => void;
}

/** What is known of one agent or one call: figures, why, and where to look next. */
export function GraphDrawer({ id, graph, onSelect }: GraphDrawerProps) {
  const close = () => onSelect(undefined);
  const node = graph.nodes.find((one) => one.id === id);
  const edge = graph.edges.find((one) => one.id === id);
  const nameOf = (nodeId: string) => {
    const found = graph.nodes.find((one) => one.id === nodeId);
    return found ? toName(found) : 'another';
  };
  if (node)
    return (
      <Drawer title={<ForeignText text={toName(node)} />} onClose={close}>
        <NodeDetail node={node} graph={graph} nameOf={nameOf} onSelect={onSelect} />
      </Drawer>
    );
  if (edge)
    return (
      <Drawer title={<ForeignText text={`${nameOf(edge.from)} → ${nameOf(edge.to)}`} />} onClose={close}>
        <EdgeDetail edge={edge} graph={graph} nameOf={nameOf} onSelect={onSelect} />
      </Drawer>
    );
  return (
    <Drawer title="Not here" onClose={close}>
      <p className="px-5 py-4 text-fg-2">It does not take part in this window any more.</p>
    </Drawer>
  );
}
