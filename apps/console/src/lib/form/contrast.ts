/** The surfaces on which colours of people stand: light and dark. */
export const SURFACES = { light: 'ffffff', dark: '15171b' } as const;

/** What WCAG asks of a mark that is not text. */
export const MIN_CONTRAST = 3;

/** Relative luminance of `rrggbb`, as WCAG defines it. */
function luminance(hex: string): number {
  const channel = (from: number) => {
    const share = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4);
}

/** How far two colours `rrggbb` stand apart: from 1, the same, to 21. */
export function toContrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** The themes in which a colour is hard to see. */
export const findFaintOn = (hex: string): (keyof typeof SURFACES)[] =>
  (['light', 'dark'] as const).filter((theme) => toContrast(hex, SURFACES[theme]) < MIN_CONTRAST);
