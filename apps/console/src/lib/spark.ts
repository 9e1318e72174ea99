/** SVG paths of a small chart: `line` through the points, `area` down to the zero line. A null point breaks both. */
export function toSparkPaths(
  points: readonly (number | null)[],
  width: number,
  height: number,
): { line: string; area: string } {
  const top = Math.max(0, ...points.map((point) => point ?? 0));
  const stepX = points.length > 1 ? width / (points.length - 1) : 0;
  // One unit of room, so that the stroke is not cut off at the highest value and at zero.
  const toY = (value: number) => round(height - 1 - (top === 0 ? 0 : (value / top) * (height - 2)));
  let line = '';
  let area = '';
  let openedAtX: number | undefined;
  points.forEach((point, index) => {
    const x = round(index * stepX);
    if (point === null) {
      if (openedAtX !== undefined) area += closeArea(round((index - 1) * stepX), openedAtX, height);
      openedAtX = undefined;
      return;
    }
    const command = `${openedAtX === undefined ? 'M' : 'L'}${x} ${toY(point)}`;
    line += command;
    area += command;
    openedAtX ??= x;
  });
  if (openedAtX !== undefined) area += closeArea(round((points.length - 1) * stepX), openedAtX, height);
  return { line, area };
}

const closeArea = (toX: number, fromX: number, height: number) => `L${toX} ${height}L${fromX} ${height}Z`;
const round = (n: number) => Math.round(n * 100) / 100;
