import { Maximize, Minus, Plus } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useMemo, useRef } from 'react';
import type { Graph, GraphNode } from '#console/api/contract.ts';
import { useTheme } from '#console/lib/browser/theme.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { layOut, type Place } from '../layout/layout.ts';
import { type Camera, drawEdges } from './draw-edges.ts';
import { findEdgeAt, toCurves } from './edge-shape.ts';
import { findNextNode } from './next-node.ts';
import { NodeCard } from './node-card.tsx';
import { useCamera } from './use-camera.ts';

const CLICK_PX = 4;
const NEAR_PX = 8;

interface GraphPictureProps {
  graph: Graph;
  /** Another one is laid out anew. */
  layoutKey: string;
  selected: string | undefined;
  /** Nodes and edges that stand out; undefined when none shall. */
  shown: ReadonlySet<string> | undefined;
  onSelect: (id: string | undefined) => void;
}

/** Callers left, callees right. Edges are on a canvas, nodes are buttons above it; what has a place keeps it. */
export function GraphPicture({ graph, layoutKey, selected, shown, onSelect }: GraphPictureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const places = usePlaces(graph, layoutKey);
  const curves = useMemo(() => toCurves(graph.edges, places), [graph.edges, places]);
  const drawn = useRef({ curves, emphasis: { selected, edges: shown } });
  drawn.current = { curves, emphasis: { selected, edges: shown } };
  const apply = useCallback(({ x, y, scale }: Camera) => {
    if (layer.current) layer.current.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    if (canvas.current) drawEdges(canvas.current, drawn.current.curves, { x, y, scale }, drawn.current.emphasis);
  }, []);
  const { camera, set, zoom, showAll, show, redraw } = useCamera(frame, apply);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn is read from the ref
  useEffect(redraw, [redraw, curves, selected, shown, theme]);
  const fitted = useRef<string>(undefined);
  useEffect(() => {
    if (fitted.current === layoutKey || places.size === 0) return;
    fitted.current = layoutKey;
    showAll(places.values());
  }, [showAll, layoutKey, places]);

  useEffect(() => {
    const place = selected === undefined ? undefined : places.get(selected);
    // The panel that opens beside it takes its room first.
    const turn = place && requestAnimationFrame(() => show(place));
    return () => cancelAnimationFrame(turn ?? 0);
  }, [selected, places, show]);

  const drag = useDrag(camera, set, (at) => onSelect(findEdgeAt(curves, at, NEAR_PX / camera.current.scale)?.id));
  const select = useCallback((id: string) => onSelect(id), [onSelect]);
  const reachable = selected !== undefined && places.has(selected) ? selected : graph.nodes[0]?.id;
  const onKeyDown = (event: KeyboardEvent) => {
    const focused = document.activeElement?.getAttribute('data-node');
    const next = findNextNode(event.key, focused, places);
    if (next === undefined) return;
    event.preventDefault();
    layer.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(next.id)}"]`)?.focus({ preventScroll: true });
    show(next.place);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows move among the nodes inside, which are buttons
    <div
      ref={frame}
      {...drag}
      onKeyDown={onKeyDown}
      data-graph
      className="relative min-h-0 flex-1 cursor-grab touch-none overflow-hidden bg-bg active:cursor-grabbing"
    >
      <canvas ref={canvas} aria-hidden className="absolute inset-0 size-full" />
      <div ref={layer} className="absolute top-0 left-0 size-0 origin-top-left">
        <Nodes
          nodes={graph.nodes}
          places={places}
          selected={selected}
          shown={shown}
          reachable={reachable}
          onSelect={select}
        />
      </div>
      <div className="absolute right-3 bottom-3 flex gap-1 rounded-md border bg-surface p-0.5">
        <IconButton label="Nearer" icon={Plus} onClick={() => zoom(1.3)} />
        <IconButton label="Farther" icon={Minus} onClick={() => zoom(1 / 1.3)} />
        <IconButton label="All of it" icon={Maximize} onClick={() => showAll(places.values())} />
      </div>
    </div>
  );
}

interface NodesProps {
  nodes: readonly GraphNode[];
  places: ReadonlyMap<string, Place>;
  selected: string | undefined;
  shown: ReadonlySet<string> | undefined;
  reachable: string | undefined;
  onSelect: (id: string) => void;
}

function Nodes({ nodes, places, selected, shown, reachable, onSelect }: NodesProps) {
  return nodes.map((node) => {
    const place = places.get(node.id);
    return (
      place && (
        <NodeCard
          key={node.id}
          node={node}
          place={place}
          isSelected={node.id === selected}
          isDimmed={shown !== undefined && !shown.has(node.id)}
          isReachable={node.id === reachable}
          onSelect={onSelect}
        />
      )
    );
  });
}

/** Places that stay: a graph with the same nodes and edges gets the very same map. */
function usePlaces({ nodes, edges }: Graph, layoutKey: string): ReadonlyMap<string, Place> {
  const last = useRef<{ key: string; signature: string; places: Map<string, Place> }>(undefined);
  return useMemo(() => {
    const before = last.current?.key === layoutKey ? last.current : undefined;
    const signature = [...nodes, ...edges].map(({ id }) => id).join();
    if (before?.signature === signature) return before.places;
    const places = layOut(
      nodes.map(({ id }) => id),
      edges,
      before?.places,
    );
    last.current = { key: layoutKey, signature, places };
    return places;
  }, [nodes, edges, layoutKey]);
}

/** Dragging moves the picture; a press that does not move is a click on what lies under it. */
function useDrag(camera: { current: Camera }, set: (camera: Camera) => void, onClick: (at: Place) => void) {
  const start = useRef<{ x: number; y: number; camera: Camera }>(undefined);
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.target instanceof Element && event.target.closest('button')) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      start.current = { x: event.clientX, y: event.clientY, camera: camera.current };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const from = start.current;
      if (!from) return;
      const { x, y, scale } = from.camera;
      set({ x: x + event.clientX - from.x, y: y + event.clientY - from.y, scale });
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const from = start.current;
      start.current = undefined;
      if (!from || Math.hypot(event.clientX - from.x, event.clientY - from.y) > CLICK_PX) return;
      const box = event.currentTarget.getBoundingClientRect();
      const { x, y, scale } = camera.current;
      onClick({ x: (event.clientX - box.left - x) / scale, y: (event.clientY - box.top - y) / scale });
    },
  };
}
