/** A day of the viewer's zone as date fields write it: `2026-11-24`. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day, or undefined when it is none. */
export const parseDay = (value: unknown): string | undefined =>
  typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** The instant at which a day of the viewer's zone begins. */
export const toDayStart = (day: string) => new Date(`${day}T00:00:00`).toISOString();

/** The last instant of a day of the viewer's zone. */
export const toDayEnd = (day: string) => new Date(`${day}T23:59:59.999`).toISOString();

/** The day of the viewer's zone in which an instant lies. */
export function toLocalDay(at: Date): string {
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}
