const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const MIDDLE = DIGITS[DIGITS.length / 2] as string;

/**
 * A text between two others in the order of bytes, not ending in 0; `before` undefined is the start of the column,
 * `after` undefined its end. The place of a task that is dropped between two others.
 */
export function positionBetween(before: string | undefined, after: string | undefined): string {
  const low = before ?? '';
  let result = '';
  for (let place = 0; ; place++) {
    const from = digitAt(low, place);
    const to = after === undefined || result !== after.slice(0, place) ? DIGITS.length : digitAt(after, place);
    if (to - from > 1) return result + (place >= low.length && to === DIGITS.length ? MIDDLE : midpoint(from, to));
    result += DIGITS[from] ?? '0';
  }
}

const digitAt = (text: string, place: number): number => Math.max(0, DIGITS.indexOf(text[place] ?? '0'));

const midpoint = (from: number, to: number): string => DIGITS[Math.floor((from + to) / 2)] ?? MIDDLE;
