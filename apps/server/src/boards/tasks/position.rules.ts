const DIGITS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
/** Places of a column that have a number; 56 billion of them, the first in the middle. */
const WIDTH = 6;
const PLACES = DIGITS.length ** WIDTH;

/** The greatest digit that is not behind the character in the order of bytes. */
const digitOf = (character: string): number => DIGITS.findLastIndex((digit) => digit <= character);

const toNumber = (position: string): number =>
  Array.from({ length: WIDTH }, (_, place) => Math.max(0, digitOf(position[place] ?? '0'))).reduce(
    (sum, digit) => sum * DIGITS.length + digit,
    0,
  );

const toText = (number: number): string =>
  Array.from(
    { length: WIDTH },
    (_, place) => DIGITS[Math.floor(number / DIGITS.length ** (WIDTH - 1 - place)) % DIGITS.length],
  ).join('');

/**
 * A position behind `last` (none for an empty column), as text that sorts by bytes. Tasks that are appended at the
 * same moment differ by their ids. Behind the last place of all it is that place: order there is by id.
 */
export function appendPosition(last: string | null | undefined, taskId: string): string {
  const number = last === undefined || last === null ? PLACES / 2 : Math.min(toNumber(last) + 1, PLACES - 1);
  return `${toText(number)}${taskId.slice(-6)}1`;
}
