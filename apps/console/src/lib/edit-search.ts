import { parseText, type RawSearch } from './search-params.ts';

/** A list whose rows are edited in a dialog: `new`, or the id of the row that is open. */
export interface EditSearch {
  edit?: string;
}

export function parseEditSearch({ edit }: RawSearch): EditSearch {
  const text = parseText(edit);
  return text === undefined ? {} : { edit: text };
}

/** The row that is being edited; null for a new one, undefined when the dialog is closed or the row is unknown. */
export function findEdited<T extends { id: string }>(rows: readonly T[], { edit }: EditSearch): T | null | undefined {
  return edit === 'new' ? null : rows.find(({ id }) => id === edit);
}
