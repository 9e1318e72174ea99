import { ChevronRight, Download, Search, WrapText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { formatCount, plural } from '#console/lib/format/numbers.ts';
import { findInJson, isBranch, type JsonLine, toJsonLines } from '#console/lib/json-lines.ts';
import { cx } from '../class-names.ts';
import { IconButton } from '../control/button.tsx';
import { CopyButton } from './copy.tsx';
import { ForeignText } from './foreign-text.tsx';

const OPEN_DEPTH = 3;
const MAX_LINES = 1_500;
const MAX_SEARCHED = 100_000;
const LONG_TEXT = 480;
/** Up to here a value is taken in at a glance and needs no tools but copying. */
const SHORT_TEXT = 700;
const INDENT_PX = 14;
const MAX_INDENT = 40;

interface JsonTreeProps {
  value: unknown;
  label: string;
}

/** A JSON value as a tree that folds, searches, copies and downloads. Text stays text, whatever it holds. */
export function JsonTree({ value: given, label }: JsonTreeProps) {
  const value = useMemo(() => parseJsonText(given), [given]);
  const [isWrapped, setWrapped] = useState(true);
  const [search, setSearch] = useState<string>();
  const text = useMemo(() => toText(value), [value]);
  const found = useMemo(() => findInJson(value, search ?? '', MAX_SEARCHED), [value, search]);
  const copy = <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />;
  if (text.length <= SHORT_TEXT) {
    return (
      <div className="relative overflow-hidden rounded border bg-bg pr-7">
        <Lines value={value} found={found} isWrapped />
        <div className="absolute top-1 right-1">{copy}</div>
      </div>
    );
  }
  return (
    <div className="overflow-hidden rounded border bg-bg">
      <div className="flex h-8 items-center justify-end border-b pr-1 pl-2.5">
        {search !== undefined && (
          <SearchField label={label} value={search} hits={found.hits.size} onChange={setSearch} />
        )}
        <IconButton
          label="Search in it"
          icon={Search}
          size={13}
          aria-pressed={search !== undefined}
          onClick={() => setSearch(search === undefined ? '' : undefined)}
        />
        <IconButton
          label="Wrap long lines"
          icon={WrapText}
          size={13}
          aria-pressed={isWrapped}
          onClick={() => setWrapped(!isWrapped)}
        />
        <IconButton label="Download" icon={Download} size={13} onClick={() => download(text, label)} />
        {copy}
      </div>
      <Lines value={value} found={found} isWrapped={isWrapped} />
    </div>
  );
}

/** Tools often answer with JSON written as text: as a tree it can be read. */
function parseJsonText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value; // only looks like JSON
  }
}

const toText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'undefined');

interface SearchFieldProps {
  label: string;
  value: string;
  hits: number;
  onChange: (value: string | undefined) => void;
}

function SearchField({ label, value, hits, onChange }: SearchFieldProps) {
  return (
    <>
      <input
        type="search"
        // biome-ignore lint/a11y/noAutofocus: the field appears because its button was pressed
        autoFocus
        aria-label={`Search in ${label}`}
        placeholder="Search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onChange(undefined)}
        className="min-w-0 flex-1 bg-transparent outline-none"
      />
      <span aria-live="polite" className="num shrink-0 pr-1 text-sm text-fg-3">
        {value !== '' && plural(hits, 'hit')}
      </span>
    </>
  );
}

interface LinesProps {
  value: unknown;
  found: ReturnType<typeof findInJson>;
  isWrapped: boolean;
}

function Lines({ value, found, isWrapped }: LinesProps) {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [limit, setLimit] = useState(MAX_LINES);
  const isOpen = (path: string, depth: number) =>
    depth === 0 || found.ancestors.has(path) || (toggled.get(path) ?? depth < OPEN_DEPTH);
  const lines = toJsonLines(value, isOpen, limit);
  // What holds everything needs no line of its own.
  const shown = lines.length > 1 ? lines.slice(1) : lines;
  const toggle = (line: JsonLine) => setToggled(new Map(toggled).set(line.path, !line.isOpen));
  return (
    <div
      className={cx(
        'max-h-[28rem] overflow-auto py-1.5 font-mono text-sm leading-[1.125rem]',
        !isWrapped && 'whitespace-nowrap',
      )}
    >
      {shown.map((line) => (
        <Line key={line.path} line={line} isHit={found.hits.has(line.path)} onToggle={() => toggle(line)} />
      ))}
      {lines.length === limit && (
        <button
          type="button"
          onClick={() => setLimit(limit + MAX_LINES)}
          className="px-3 py-1 text-accent hover:underline"
        >
          Show {formatCount(MAX_LINES)} more lines
        </button>
      )}
    </div>
  );
}

function Line({ line, isHit, onToggle }: { line: JsonLine; isHit: boolean; onToggle: () => void }) {
  const indent = { paddingLeft: `${Math.min(Math.max(line.depth - 1, 0), MAX_INDENT) * INDENT_PX + 6}px` };
  return (
    <div style={indent} className={cx('group relative flex items-start pr-6 hover:bg-sunken', isHit && 'bg-warn-soft')}>
      {line.size > 0 ? (
        <button
          type="button"
          aria-expanded={line.isOpen}
          aria-label={line.isOpen ? 'Fold' : 'Unfold'}
          onClick={onToggle}
          className="flex h-[1.125rem] w-4 shrink-0 items-center text-fg-3 hover:text-fg"
        >
          <ChevronRight aria-hidden size={12} className={cx(line.isOpen && 'rotate-90')} />
        </button>
      ) : (
        <span className="w-4 shrink-0" />
      )}
      <span className="min-w-0 break-words">
        {line.name !== undefined && (
          <span className="text-fg-2">
            <ForeignText text={line.name} />
            <span className="text-fg-3">: </span>
          </span>
        )}
        <Value line={line} />
      </span>
      <CopyButton
        text={toText(line.value)}
        label="Copy this value"
        className="absolute top-0 right-0.5 size-[18px] bg-sunken opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
      />
    </div>
  );
}

function Value({ line }: { line: JsonLine }) {
  const { value, size } = line;
  if (Array.isArray(value)) return <span className="text-fg-3">{size === 0 ? '[]' : plural(size, 'item')}</span>;
  if (isBranch(value)) return <span className="text-fg-3">{size === 0 ? '{}' : plural(size, 'field')}</span>;
  if (typeof value === 'string') return <LongText text={value} />;
  return <span className={value === null ? 'text-fg-3' : 'text-run'}>{String(value)}</span>;
}

function LongText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(text.length <= LONG_TEXT);
  return (
    <span className="whitespace-pre-wrap text-fg">
      <ForeignText text={isWhole ? text : text.slice(0, LONG_TEXT)} />
      {!isWhole && (
        <button type="button" onClick={() => setWhole(true)} className="ml-1 font-sans text-accent hover:underline">
          … {formatCount(text.length - LONG_TEXT)} more characters
        </button>
      )}
    </span>
  );
}

function download(text: string, label: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
