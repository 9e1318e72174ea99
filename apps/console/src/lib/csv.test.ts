import { expect, it } from 'vitest';
import { toCsv } from './csv.ts';

it('quotes what needs it and disarms formulas', () => {
  const rows = [
    ['a,b "c"', -1.5],
    ['=1+1', null],
    ['plain', 0],
  ];
  expect(toCsv({ columns: ['Name', 'Cost, USD'], rows })).toBe(
    'Name,"Cost, USD"\r\n"a,b ""c""",-1.5\r\n\'=1+1,\r\nplain,0\r\n',
  );
});
