import type uPlot from 'uplot';
import { type ChartColor, readToken } from './chart-tokens.ts';

/** A named upright line: where something begins, or a percentile. */
export interface ChartMark {
  at: number;
  label: string;
  color: ChartColor;
}

/** Upright lines with their words beside them, each a line lower than the one before. */
export function drawMarks(chart: uPlot, marks: readonly ChartMark[]): void {
  const { ctx, bbox } = chart;
  const ratio = window.devicePixelRatio;
  marks.forEach(({ at, label, color }, index) => {
    const x = Math.round(chart.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = readToken(color);
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.font = `${11 * ratio}px Inter, sans-serif`;
    const isRight = x > bbox.left + bbox.width * 0.75;
    ctx.textAlign = isRight ? 'right' : 'left';
    ctx.fillText(label, x + (isRight ? -4 : 4) * ratio, bbox.top + (10 + index * 13) * ratio);
    ctx.restore();
  });
}
