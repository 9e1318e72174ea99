import { type Key, type MouseEvent, type ReactNode, useCallback, useRef } from 'react';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { useIsPhone } from '#console/lib/browser/media.ts';
import type { Selection } from '#console/lib/browser/use-selection.ts';
import { cx } from '../class-names.ts';
import { findActiveRow } from './active-row.ts';
import { RowCheck } from './row-check.tsx';
import { useRows } from './use-rows.ts';
import { useWidth } from './use-width.ts';

/** One column of a table. */
export interface Column<T> {
  id: string;
  header: ReactNode;
  /** CSS grid track: `80px`, `minmax(160px, 2fr)`. */
  track: string;
  align?: 'end';
  /** Shown from this table width on, in px. */
  from?: number;
  cell: (row: T) => ReactNode;
}

const CHECK_TRACK = '1rem';

interface DataTableProps<T> {
  label: string;
  rows: readonly T[];
  /** Defined once, outside the component: a new function every time would measure every row again. */
  rowKey: (row: T) => string;
  columns: readonly Column<T>[];
  /** The row on a phone, where a table would not fit. */
  card: (row: T) => ReactNode;
  /** Extra attributes of a row, such as `data-event-at`. */
  rowData?: (row: T) => Record<`data-${string}`, string>;
  selectedKey?: string | undefined;
  /** Rows can be chosen, by their box or by `x`; `canChoose` says which. */
  selection?: (Pick<Selection, 'chosen' | 'toggle'> & { canChoose: (row: T) => boolean }) | undefined;
  /** Called when the last rows come into sight. */
  onEnd?: (() => void) | undefined;
  /** Inside a panel: narrower sides, and a head that scrolls away with it. */
  isInset?: boolean;
}

/**
 * A list of any length: only what is in sight is in the document. Each row holds one link marked `data-row-link`; a click
 * on the row follows it, and `j` / `k` move between them.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, rows, rowKey, columns, card, rowData, selectedKey, selection, onEnd, isInset = false } = props;
  const isPhone = useIsPhone();
  const body = useRef<HTMLDivElement>(null);
  const width = useWidth(body);
  const shown = columns.filter((column) => width >= (column.from ?? 0));
  const tracks = [...(selection ? [CHECK_TRACK] : []), ...shown.map((column) => column.track)];
  const template = { gridTemplateColumns: tracks.join(' ') };
  const keyOf = useCallback((index: number) => rowKey(rows[index] as T), [rows, rowKey]);
  const { virtualizer, offset } = useRows({ body, count: rows.length, keyOf, isPhone, onEnd });

  const move = (by: 1 | -1) => {
    const from = findActiveRow(body.current) ?? (by === 1 ? -1 : rows.length);
    const to = Math.min(Math.max(from + by, 0), rows.length - 1);
    virtualizer.scrollToIndex(to, { align: 'auto' });
    requestAnimationFrame(() =>
      body.current?.querySelector<HTMLElement>(`[data-row-index="${to}"] [data-row-link]`)?.focus(),
    );
  };
  const toggle = (row: T | undefined, isRange: boolean) => {
    if (row && selection?.canChoose(row)) selection.toggle(rowKey(row), isRange);
  };
  const toggleActive = ({ shiftKey }: KeyboardEvent) => toggle(rows[findActiveRow(body.current) ?? -1], shiftKey);
  useKeys({ j: () => move(1), k: () => move(-1), ...(selection && { x: toggleActive, X: toggleActive }) });

  return (
    <div role="table" aria-label={label} aria-rowcount={rows.length} className="min-w-0">
      {!isPhone && (
        <Head columns={shown} template={template} isInset={isInset} isWithChecks={selection !== undefined} />
      )}
      <div ref={body} role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index] as T;
          const check = selection && (
            <RowCheck
              index={item.index}
              isChecked={selection.chosen.has(rowKey(row))}
              isDisabled={!selection.canChoose(row)}
              onToggle={(isRange) => toggle(row, isRange)}
            />
          );
          return (
            <Row
              key={item.key}
              index={item.index}
              top={item.start - offset}
              measure={isPhone ? virtualizer.measureElement : undefined}
              isSelected={rowKey(row) === selectedKey}
              data={rowData?.(row)}
            >
              {isPhone ? (
                <div role="cell" className={cx('px-4 py-3', check && 'grid grid-cols-[auto_minmax(0,1fr)] gap-x-3')}>
                  {check}
                  {card(row)}
                </div>
              ) : (
                <Cells check={check} row={row} columns={shown} template={template} isInset={isInset} />
              )}
            </Row>
          );
        })}
      </div>
    </div>
  );
}

interface HeadProps<T> {
  columns: readonly Column<T>[];
  template: { gridTemplateColumns: string };
  isInset: boolean;
  isWithChecks: boolean;
}

function Head<T>({ columns, template, isInset, isWithChecks }: HeadProps<T>) {
  return (
    <div role="rowgroup" className={cx('z-10 border-b bg-surface', !isInset && 'sticky top-0')}>
      <div
        role="row"
        style={template}
        className={cx('grid h-8 items-center gap-x-4 px-4 text-sm text-fg-3', !isInset && 'sm:px-6')}
      >
        {isWithChecks && (
          <span role="columnheader">
            <span className="sr-only">Chosen</span>
          </span>
        )}
        {columns.map((column) => (
          <span key={column.id} role="columnheader" className={cx('truncate', column.align === 'end' && 'text-right')}>
            {column.header}
          </span>
        ))}
      </div>
    </div>
  );
}

interface CellsProps<T> {
  check: ReactNode;
  row: T;
  columns: readonly Column<T>[];
  template: { gridTemplateColumns: string };
  isInset: boolean;
}

function Cells<T>({ check, row, columns, template, isInset }: CellsProps<T>) {
  return (
    <div style={template} className={cx('grid h-8 items-center gap-x-4 px-4', !isInset && 'sm:px-6')}>
      {check && <div role="cell">{check}</div>}
      {columns.map((column) => (
        <div key={column.id} role="cell" className={cx('min-w-0 truncate', column.align === 'end' && 'num text-right')}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

interface RowProps {
  key?: Key;
  index: number;
  top: number;
  measure: ((element: HTMLElement | null) => void) | undefined;
  isSelected: boolean;
  data: Record<`data-${string}`, string> | undefined;
  children: ReactNode;
}

function Row({ index, top, measure, isSelected, data, children }: RowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard way is the link inside the row
    <div
      ref={measure}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isSelected || undefined}
      data-index={index}
      data-row-index={index}
      onClick={followRowLink}
      style={{ transform: `translateY(${top}px)` }}
      className="absolute inset-x-0 top-0 border-b bg-surface outline-none focus-within:bg-sunken hover:bg-sunken aria-selected:bg-accent-soft"
      {...data}
    >
      {children}
    </div>
  );
}

/** A click anywhere on a row follows its link, but not when it was meant for something in the row or selected text. */
function followRowLink(event: MouseEvent<HTMLElement>): void {
  const target = event.target;
  if (!(target instanceof Element) || target.closest('a, button, input, label')) return;
  // What a row opens elsewhere on the page, such as a menu, tells the row of its clicks.
  if (!event.currentTarget.contains(target)) return;
  if (window.getSelection()?.toString()) return;
  event.currentTarget.querySelector<HTMLElement>('[data-row-link]')?.click();
}
