import { describe, expect, it } from 'vitest';
import { mergeRows, type Pages, type Verdict } from './merge.ts';

interface Row {
  id: string;
  at: number;
  state?: string;
}

const pagesOf = (...pages: Row[][]): Pages<Row> => ({
  pages: pages.map((items) => ({ items, next_cursor: null })),
  pageParams: pages.map(() => ''),
});
const isNewer = (row: Row, other: Row) => row.at > other.at;
const merge = (pages: Pages<Row>, rows: Row[], verdictOf: (row: Row) => Verdict = () => 'in') =>
  mergeRows(pages, new Map(rows.map((row) => [row.id, row])), { verdictOf, isNewer });
const idsOf = (pages: Pages<Row>) => pages.pages.map((page) => page.items.map(({ id }) => id));

describe('mergeRows', () => {
  it('replaces a known row where it stands', () => {
    const { pages } = merge(pagesOf([{ id: 'b', at: 2 }], [{ id: 'a', at: 1 }]), [{ id: 'a', at: 1, state: 'ok' }]);
    expect(idsOf(pages)).toEqual([['b'], ['a']]);
    expect(pages.pages[1]?.items[0]?.state).toBe('ok');
  });

  it('puts new rows on top, newest first', () => {
    const { pages } = merge(pagesOf([{ id: 'a', at: 1 }]), [
      { id: 'b', at: 2 },
      { id: 'c', at: 3 },
    ]);
    expect(idsOf(pages)).toEqual([['c', 'b', 'a']]);
  });

  it('leaves an old row to the page that is not loaded yet', () => {
    const { pages } = merge(pagesOf([{ id: 'b', at: 2 }]), [{ id: 'old', at: 1 }]);
    expect(idsOf(pages)).toEqual([['b']]);
  });

  it('takes out a row that left the filter', () => {
    const { pages } = merge(pagesOf([{ id: 'a', at: 1 }]), [{ id: 'a', at: 1 }], () => 'out');
    expect(idsOf(pages)).toEqual([[]]);
  });

  it('asks the server about a row that it cannot judge, but not about one it already lists', () => {
    expect(merge(pagesOf([]), [{ id: 'a', at: 1 }], () => 'ask').mustAsk).toBe(true);
    expect(merge(pagesOf([{ id: 'a', at: 1 }]), [{ id: 'a', at: 1 }], () => 'ask').mustAsk).toBe(false);
  });
});
