import { type ReactNode, useEffect, useRef, useState } from 'react';
import { plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { tabClass } from '#console/ui/layout/tabs.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { CodeEditor, type EditorHandle } from './code-editor.tsx';
import type { Finding } from './finding-notes.tsx';
import { LintPanel } from './lint-panel.tsx';
import { type TestOutcome, TestsPanel } from './tests-panel.tsx';

interface WorkbenchProps {
  text: string;
  onChange: (text: string) => void;
  isReadOnly: boolean;
  /** Where the text is opened. */
  startLine?: number | undefined;
  findings: readonly Finding[];
  tests: readonly TestOutcome[];
  /** How many agents its scope names now; unknown while it cannot be read. */
  agentsInScope: number | undefined;
  /** Further panels beside lint and tests; each draws itself only when it is chosen. */
  panels: readonly { id: string; label: string; content: () => ReactNode }[];
}

const countOf = (findings: readonly Finding[], severity: Finding['severity']) =>
  findings.filter((finding) => finding.severity === severity).length;

/** The text at the left, and at the right what is to be said of it. */
export function Workbench(props: WorkbenchProps) {
  const { text, onChange, isReadOnly, startLine, findings, tests, agentsInScope, panels } = props;
  const editor = useRef<EditorHandle>(null);
  const [chosen, setChosen] = useState('lint');
  useEffect(() => {
    if (startLine !== undefined) editor.current?.goTo(startLine, 1);
  }, [startLine]);
  const errors = countOf(findings, 'error');
  const warnings = countOf(findings, 'warning');
  const failed = tests.filter(({ ok }) => !ok).length;
  const onFix = isReadOnly ? undefined : ({ fix }: Finding) => fix && editor.current?.apply(fix.edits);
  const tabs = [
    {
      id: 'lint',
      label: 'Lint',
      mark: errors > 0 ? <Badge tone="bad">{errors}</Badge> : warnings > 0 && <Badge tone="warn">{warnings}</Badge>,
    },
    {
      id: 'tests',
      label: 'Tests',
      mark:
        failed > 0 ? (
          <Badge tone="bad">{failed} failed</Badge>
        ) : (
          tests.length > 0 && <Badge>{tests.length} passed</Badge>
        ),
    },
    ...panels.map(({ id, label }) => ({ id, label, mark: null })),
  ];
  return (
    <div className="grid min-h-0 flex-1 grid-cols-1 lg:grid-cols-[minmax(0,1fr)_26rem]">
      <CodeEditor
        ref={editor}
        label="Policy source"
        value={text}
        onChange={onChange}
        findings={findings}
        isReadOnly={isReadOnly}
      />
      <div className="flex min-h-0 flex-col border-t bg-surface lg:border-t-0 lg:border-l">
        <div
          role="tablist"
          aria-label="About this text"
          className="flex shrink-0 gap-1 overflow-x-auto border-b px-2 [scrollbar-width:none]"
        >
          {tabs.map(({ id, label, mark }) => (
            <button
              key={id}
              type="button"
              role="tab"
              aria-selected={chosen === id}
              data-status={chosen === id ? 'active' : undefined}
              onClick={() => setChosen(id)}
              className={tabClass}
            >
              {label}
              {mark}
            </button>
          ))}
        </div>
        <div
          role="tabpanel"
          aria-label={tabs.find(({ id }) => id === chosen)?.label}
          className={cx('min-h-0 flex-1 overflow-y-auto')}
        >
          {chosen === 'lint' && (
            <LintPanel findings={findings} onGo={({ line, col }) => editor.current?.goTo(line, col)} onFix={onFix} />
          )}
          {chosen === 'lint' && agentsInScope !== undefined && (
            <p className="num px-4 py-3 text-sm text-fg-3">Its scope names {plural(agentsInScope, 'agent')} now.</p>
          )}
          {chosen === 'tests' && (
            <TestsPanel tests={tests} isBlocked={errors > 0} onGo={(line) => editor.current?.goTo(line, 1)} />
          )}
          {panels.find(({ id }) => id === chosen)?.content()}
        </div>
      </div>
    </div>
  );
}
