import { toSparkPaths } from '#console/lib/spark.ts';
import { cx } from '../class-names.ts';

interface SparklineProps {
  points: readonly (number | null)[];
  label: string;
  className?: string;
}

const WIDTH = 120;
const HEIGHT = 28;

/** The shape of a number over time; gaps stay gaps. The value itself stands beside it. */
export function Sparkline({ points, label, className }: SparklineProps) {
  const { line, area } = toSparkPaths(points, WIDTH, HEIGHT);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className={cx('block overflow-visible', className)}
    >
      <path d={area} fill="currentColor" opacity="0.12" />
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
