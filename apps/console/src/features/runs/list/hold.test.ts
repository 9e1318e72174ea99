import { describe, expect, it } from 'vitest';
import { countNew, holdBack } from './hold.ts';

const rows = [{ id: 'new-2' }, { id: 'new-1' }, { id: 'top' }, { id: 'old' }];

describe('holdBack', () => {
  it('keeps back what came above the row that stood first', () => {
    expect(holdBack(rows, 'top')).toEqual({ shown: [{ id: 'top' }, { id: 'old' }], waiting: 2 });
  });

  it('shows everything when nothing is held, or when the first row is gone', () => {
    expect(holdBack(rows, undefined)).toEqual({ shown: rows, waiting: 0 });
    expect(holdBack(rows, 'gone')).toEqual({ shown: rows, waiting: 0 });
  });
});

describe('countNew', () => {
  it('counts rows that a frozen list does not have', () => {
    expect(countNew(rows, [{ id: 'top' }, { id: 'old' }])).toBe(2);
  });
});
