import { Wrench } from 'lucide-react';
import { Button } from '#console/ui/control/button.tsx';
import { Mark, type StateLook } from '#console/ui/state/mark.tsx';
import type { Finding } from './finding-notes.tsx';
import type { Severity } from './highlight.ts';

const looks: Record<Severity, StateLook> = {
  error: { tone: 'bad', shape: 'diamond', word: 'Error' },
  warning: { tone: 'warn', shape: 'half', word: 'Warning' },
  info: { tone: 'idle', shape: 'ring', word: 'Note' },
};

interface LintPanelProps {
  findings: readonly Finding[];
  onGo: (finding: Finding) => void;
  /** Absent where the text may not be changed. */
  onFix: ((finding: Finding) => void) | undefined;
}

/** Everything that lint found; a line leads to its place, a button mends it. */
export function LintPanel({ findings, onGo, onFix }: LintPanelProps) {
  if (findings.length === 0) {
    return <p className="px-4 py-3 text-fg-2">Nothing to complain about.</p>;
  }
  return (
    <ul>
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.line} ${finding.col}`} className="grid gap-1 border-b px-4 py-2.5">
          <button
            type="button"
            onClick={() => onGo(finding)}
            className="touch grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-2.5 rounded text-left hover:text-accent"
          >
            <Mark look={looks[finding.severity]} label={looks[finding.severity].word} className="mt-[5px]" />
            <span className="break-words">{finding.message}</span>
            <span className="num col-start-2 text-sm text-fg-3">
              line {finding.line}:{finding.col} · <code className="font-mono">{finding.code}</code>
            </span>
          </button>
          {finding.fix && onFix && (
            <div className="pl-5">
              <Button isSmall icon={Wrench} onClick={() => onFix(finding)}>
                {finding.fix.title}
              </Button>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
