/** A small table: what a chart shows, as numbers. */
export interface TableData {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

/** As CSV (RFC 4180). A text that a spreadsheet would take for a formula begins with an apostrophe. */
export const toCsv = ({ columns, rows }: TableData): string =>
  [columns, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('');

function toCell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
