import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useId } from 'react';
import { formatCount } from '#console/lib/format/numbers.ts';
import { IconButton } from '../control/button.tsx';
import { Select } from '../control/select.tsx';

interface PagerProps {
  /** From 1. */
  page: number;
  size: number;
  sizes: readonly number[];
  total: number;
  onChange: (change: { page: number; size: number }) => void;
}

/** Where one is in a list by numbered pages, and how many rows a page has. */
export function Pager({ page, size, sizes, total, onChange }: PagerProps) {
  const sizeId = useId();
  const from = (page - 1) * size;
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center gap-3 px-4 py-2.5 text-sm text-fg-2 sm:px-6">
      <span className="flex items-center gap-2">
        <label htmlFor={sizeId}>Rows</label>
        <Select
          id={sizeId}
          className="w-20"
          value={size}
          onChange={(event) => onChange({ page: 1, size: Number(event.target.value) })}
        >
          {sizes.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Select>
      </span>
      <span className="num ml-auto">
        {formatCount(Math.min(from + 1, total))}–{formatCount(Math.min(from + size, total))} of {formatCount(total)}
      </span>
      <span className="flex gap-1">
        <IconButton
          label="Page before"
          icon={ChevronLeft}
          disabled={page <= 1}
          onClick={() => onChange({ page: page - 1, size })}
        />
        <IconButton
          label="Next page"
          icon={ChevronRight}
          disabled={from + size >= total}
          onClick={() => onChange({ page: page + 1, size })}
        />
      </span>
    </nav>
  );
}
