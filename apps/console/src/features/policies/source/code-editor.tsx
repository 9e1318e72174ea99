import { type KeyboardEvent, type Ref, useImperativeHandle, useMemo, useRef } from 'react';
import { cx } from '#console/ui/class-names.ts';
import { type Finding, FindingNotes, LINE_PX, severityText } from './finding-notes.tsx';
import { gravest, type Ink, type Severity, toSpans } from './highlight.ts';
import { indentAfter, type TextEdit, toReplacements } from './text-edits.ts';

/** What the page around an editor may ask of it. */
export interface EditorHandle {
  /** Puts edits into the text; one undo takes each of them back. */
  apply: (edits: readonly TextEdit[]) => void;
  goTo: (line: number, col: number) => void;
}

interface CodeEditorProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  findings: readonly Finding[];
  isReadOnly?: boolean;
  ref?: Ref<EditorHandle>;
}

const inks: Record<Ink, string> = {
  plain: 'text-fg-2',
  key: 'text-fg',
  text: 'text-ok',
  value: 'text-run',
  note: 'text-fg-3 italic',
};

const waves: Record<Severity, string> = {
  error: 'underline decoration-bad decoration-wavy underline-offset-3',
  warning: 'underline decoration-warn decoration-wavy underline-offset-3',
  info: 'underline decoration-dotted decoration-[var(--fg-3)] underline-offset-3',
};

const CELL = 'col-start-1 row-start-1 whitespace-pre py-3 pr-6 pl-3 font-mono text-sm leading-5';

/**
 * A text area with numbered lines, colours and what lint found: the browser's own field lies over the coloured text, so
 * typing, undo, selection and screen readers work as everywhere.
 */
export function CodeEditor({ label, value, onChange, findings, isReadOnly = false, ref }: CodeEditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = useMemo(() => value.split('\n'), [value]);
  const apply = (edits: readonly TextEdit[]) => {
    for (const { start, end, text } of toReplacements(value, edits)) insertAt(field.current, { start, end, text });
  };
  useImperativeHandle(ref, () => ({ apply, goTo: (line, col) => goTo(field.current, { line, col }) }));
  return (
    <div
      className="min-h-0 overflow-auto bg-surface outline-accent has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:-outline-offset-2"
      data-editor
    >
      <div className="grid min-h-full w-max min-w-full grid-cols-[auto_minmax(0,1fr)]">
        <LineNumbers count={lines.length} findings={findings} />
        <div className="relative grid">
          <pre aria-hidden className={cx(CELL, 'pointer-events-none m-0')}>
            {lines.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
              <Line key={index} text={line} number={index + 1} findings={findings} />
            ))}
          </pre>
          <textarea
            ref={field}
            aria-label={label}
            value={value}
            readOnly={isReadOnly}
            onChange={(event) => onChange(event.target.value)}
            onKeyDown={indent}
            wrap="off"
            rows={1}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            className={cx(
              CELL,
              'size-full resize-none overflow-hidden bg-transparent text-transparent caret-fg outline-none',
            )}
          />
          <div className="pointer-events-none absolute top-3 left-3 font-mono text-sm leading-5">
            <FindingNotes
              lines={lines}
              findings={findings}
              onFix={isReadOnly ? undefined : ({ fix }) => fix && apply(fix.edits)}
            />
          </div>
        </div>
      </div>
    </div>
  );
}

function Line({ text, number, findings }: { text: string; number: number; findings: readonly Finding[] }) {
  const found = findings.filter(({ line, end_line }) => line <= number && number <= end_line);
  return (
    <div style={{ minHeight: LINE_PX }}>
      {toSpans(text, number, found).map(({ at, text: piece, ink, mark }) => (
        <span key={at} className={cx(inks[ink], mark && waves[mark])}>
          {piece}
        </span>
      ))}
    </div>
  );
}

function LineNumbers({ count, findings }: { count: number; findings: readonly Finding[] }) {
  return (
    <div
      aria-hidden
      className="num sticky left-0 z-10 border-r bg-surface py-3 pr-2.5 pl-4 text-right font-mono text-sm leading-5 text-fg-3 select-none"
    >
      {Array.from({ length: count }, (_, index) => {
        const grave = gravest(findings.filter(({ line }) => line === index + 1).map(({ severity }) => severity));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <div key={index} className={cx(grave && severityText[grave], grave && 'font-semibold')}>
            {index + 1}
          </div>
        );
      })}
    </div>
  );
}

function indent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  const { value, selectionStart, readOnly } = event.currentTarget;
  if (event.key !== 'Enter' || readOnly || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  type(`\n${indentAfter(value, selectionStart)}`);
}

/** Types for the user: what the browser types can be undone, and tells the field's listeners. */
function type(text: string): void {
  document.execCommand(text === '' ? 'delete' : 'insertText', false, text);
}

function insertAt(field: HTMLTextAreaElement | null, put: { start: number; end: number; text: string }): void {
  if (!field || (put.text === '' && put.start === put.end)) return;
  field.focus();
  field.setSelectionRange(put.start, put.end);
  type(put.text);
}

function goTo(field: HTMLTextAreaElement | null, { line, col }: { line: number; col: number }): void {
  if (!field) return;
  const [replacement] = toReplacements(field.value, [{ range: { line, col, end_line: line, end_col: col }, text: '' }]);
  const at = replacement?.start ?? 0;
  field.focus({ preventScroll: true });
  field.setSelectionRange(at, at);
  field.closest('[data-editor]')?.scrollTo({ top: Math.max((line - 4) * LINE_PX, 0), behavior: 'instant' });
}
