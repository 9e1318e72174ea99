import { type RefObject, useCallback, useEffect, useRef } from 'react';
import type { Place } from '../layout/layout.ts';
import type { Camera } from './draw-edges.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './edge-shape.ts';

const MIN_SCALE = 0.08;
const MAX_SCALE = 2;
const MARGIN_PX = 24;
const WHEEL = 0.0015;

/** Moving and scaling the picture. None of it renders anything: `apply` draws what the camera sees. */
export function useCamera(frame: RefObject<HTMLDivElement | null>, apply: (camera: Camera) => void) {
  const camera = useRef<Camera>({ x: 0, y: 0, scale: 1 });
  const pending = useRef(0);

  const redraw = useCallback(() => {
    if (pending.current !== 0) return;
    pending.current = requestAnimationFrame(() => {
      pending.current = 0;
      apply(camera.current);
    });
  }, [apply]);
  const set = useCallback(
    (next: Camera) => {
      camera.current = { ...next, scale: Math.min(Math.max(next.scale, MIN_SCALE), MAX_SCALE) };
      redraw();
    },
    [redraw],
  );
  const zoom = useCallback(
    (factor: number, at?: Place) => {
      const { x, y, scale } = camera.current;
      const middle = at ?? { x: (frame.current?.clientWidth ?? 0) / 2, y: (frame.current?.clientHeight ?? 0) / 2 };
      const next = Math.min(Math.max(scale * factor, MIN_SCALE), MAX_SCALE);
      const keep = (from: number, point: number) => point - ((point - from) * next) / scale;
      set({ x: keep(x, middle.x), y: keep(y, middle.y), scale: next });
    },
    [frame, set],
  );
  const showAll = useCallback(
    (places: Iterable<Place>) => {
      if (frame.current) set(toFit([...places], frame.current.clientWidth, frame.current.clientHeight));
    },
    [frame, set],
  );
  /** Brings a place into sight. */
  const show = useCallback(
    ({ x, y }: Place) => {
      const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {};
      const { scale, ...at } = camera.current;
      const [left, top] = [at.x + x * scale, at.y + y * scale];
      const [halfWidth, halfHeight] = [(NODE_WIDTH / 2) * scale, (NODE_HEIGHT / 2) * scale];
      const isIn =
        left > halfWidth && left < clientWidth - halfWidth && top > halfHeight && top < clientHeight - halfHeight;
      if (!isIn) set({ x: clientWidth / 2 - x * scale, y: clientHeight / 2 - y * scale, scale });
    },
    [frame, set],
  );

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * WHEEL), { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    const observer = new ResizeObserver(redraw);
    observer.observe(element);
    return () => {
      element.removeEventListener('wheel', onWheel);
      observer.disconnect();
    };
  }, [frame, zoom, redraw]);

  return { camera, set, zoom, showAll, show, redraw };
}

function toFit(places: readonly Place[], width: number, height: number): Camera {
  if (places.length === 0) return { x: width / 2, y: height / 2, scale: 1 };
  const xs = places.map(({ x }) => x);
  const ys = places.map(({ y }) => y);
  const [left, right] = [Math.min(...xs) - NODE_WIDTH / 2, Math.max(...xs) + NODE_WIDTH / 2];
  const [top, bottom] = [Math.min(...ys) - NODE_HEIGHT / 2, Math.max(...ys) + NODE_HEIGHT / 2];
  const scale = Math.min(1, (width - 2 * MARGIN_PX) / (right - left), (height - 2 * MARGIN_PX) / (bottom - top));
  return { x: (width - (left + right) * scale) / 2, y: (height - (top + bottom) * scale) / 2, scale };
}
