/** The number of the row in which the focus is, anywhere on the page or in the list that is named. */
export function findActiveRow(list?: HTMLElement | null): number | undefined {
  const active = document.activeElement?.closest('[data-row-index]');
  if (!active || (list !== undefined && !list?.contains(active))) return undefined;
  return Number(active.getAttribute('data-row-index'));
}
