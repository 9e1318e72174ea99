import type { GraphEdge } from '#console/api/contract.ts';
import { type Curve, pointAt, toWidth } from './edge-shape.ts';

/** How far the picture is moved, and its scale. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
}

/** What stands out: the rest recedes while anything does. */
export interface Emphasis {
  selected: string | undefined;
  /** Edges that stand out; undefined when none shall. */
  edges: ReadonlySet<string> | undefined;
}

const COLOURS: Record<GraphEdge['status'], string> = {
  green: '--line-strong',
  amber: '--warn',
  red: '--bad',
  grey: '--line',
};
/** Beside the colour, which not everybody tells apart. */
const LETTERS: Partial<Record<GraphEdge['status'], string>> = { amber: '!', red: '×' };
const DIM = 0.18;

/** Draws all edges at once on a canvas: 2,000 of them take a few milliseconds, as elements they would take a frame each. */
export function drawEdges(
  canvas: HTMLCanvasElement,
  curves: readonly Curve[],
  camera: Camera,
  emphasis: Emphasis,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== width * ratio) canvas.width = width * ratio;
  if (canvas.height !== height * ratio) canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.translate(camera.x, camera.y);
  context.scale(camera.scale, camera.scale);
  const style = getComputedStyle(canvas);
  const max = curves.reduce((most, { edge }) => Math.max(most, edge.per_min), 0);
  for (const curve of curves) {
    const { edge } = curve;
    const isSelected = edge.id === emphasis.selected;
    const isShown = isSelected || !emphasis.edges || emphasis.edges.has(edge.id);
    context.globalAlpha = isShown ? 1 : DIM;
    context.strokeStyle = style.getPropertyValue(isSelected ? '--accent' : COLOURS[edge.status]);
    context.fillStyle = context.strokeStyle;
    drawEdge(context, curve, toWidth(edge.per_min, max));
  }
}

function drawEdge(context: CanvasRenderingContext2D, curve: Curve, width: number): void {
  const { edge, from, c1, c2, to } = curve;
  context.lineWidth = width;
  context.setLineDash(toDash(edge));
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.bezierCurveTo(c1.x, c1.y, c2.x, c2.y, to.x, to.y);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  const size = 4 + width;
  context.moveTo(to.x, to.y);
  context.lineTo(to.x - size, to.y - size / 2);
  context.lineTo(to.x - size, to.y + size / 2);
  context.fill();
  const letter = LETTERS[edge.status];
  if (letter === undefined) return;
  const middle = pointAt(curve, 0.5);
  context.font = '600 15px sans-serif';
  context.textAlign = 'center';
  context.fillText(letter, middle.x, middle.y - 4 - width / 2);
}

/** Declared and not used: dashes. Used and not declared: dots. */
function toDash({ provenance, is_unused, calls }: GraphEdge): number[] {
  if (provenance === 'observed') return [2, 4];
  return is_unused || (provenance === 'declared' && calls === 0) ? [7, 5] : [];
}
