import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { attachClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge/attach-closest-edge';
import { extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge/extract-closest-edge';
import { type RefObject, useEffect, useState } from 'react';
import type { Status } from '../moves/gates.ts';
import type { Move } from '../moves/use-move-task.ts';

/** Where a dragged card hovers over another: above or below it. */
export type Side = 'top' | 'bottom';

/** Makes a card draggable and a place to drop others at; returns what hovers over it. */
export function useDraggableCard(
  ref: RefObject<HTMLElement | null>,
  card: { taskId: string; index: number; status: Status },
) {
  const [side, setSide] = useState<Side>();
  const { taskId, index, status } = card;
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const stopDragging = draggable({ element, getInitialData: () => ({ taskId }) });
    const stopTaking = dropTargetForElements({
      element,
      canDrop: ({ source }) => typeof source.data.taskId === 'string' && source.data.taskId !== taskId,
      getData: ({ input }) => attachClosestEdge({ status, index }, { element, input, allowedEdges: ['top', 'bottom'] }),
      onDrag: ({ self }) => {
        const edge = extractClosestEdge(self.data);
        setSide(edge === 'top' || edge === 'bottom' ? edge : undefined);
      },
      onDragLeave: () => setSide(undefined),
      onDrop: () => setSide(undefined),
    });
    return () => {
      stopDragging();
      stopTaking();
    };
  }, [ref, taskId, index, status]);
  return side;
}

/** Makes a column a place to drop cards at; returns whether one hovers over it. */
export function useDropColumn(ref: RefObject<HTMLElement | null>, status: Status) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => typeof source.data.taskId === 'string',
      getData: () => ({ status }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [ref, status]);
  return isOver;
}

/** Tells which card is in the air, and where one was dropped. */
export function useDrops(onMove: (move: Move) => void): string | undefined {
  const [lifted, setLifted] = useState<string>();
  useEffect(
    () =>
      monitorForElements({
        onDragStart: ({ source }) => setLifted(toText(source.data.taskId)),
        onDrop: ({ source, location }) => {
          setLifted(undefined);
          const [target] = location.current.dropTargets;
          const taskId = toText(source.data.taskId);
          if (!target || taskId === undefined) return;
          const { status, index } = target.data;
          const edge = extractClosestEdge(target.data);
          const at = typeof index === 'number' ? index + (edge === 'bottom' ? 1 : 0) : undefined;
          onMove({ taskId, to: status as Status, index: at });
        },
      }),
    [onMove],
  );
  return lifted;
}

const toText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
