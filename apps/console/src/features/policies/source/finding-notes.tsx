import { Wrench } from 'lucide-react';
import { cx } from '#console/ui/class-names.ts';
import type { Severity } from './highlight.ts';
import type { Range, TextEdit } from './text-edits.ts';

/** What lint said of one place. */
export interface Finding extends Range {
  code: string;
  severity: Severity;
  message: string;
  fix?: { title: string; edits: TextEdit[] } | undefined;
}

export const LINE_PX = 20;

export const severityText: Record<Severity, string> = { error: 'text-bad', warning: 'text-warn', info: 'text-fg-3' };

interface FindingNotesProps {
  lines: readonly string[];
  findings: readonly Finding[];
  /** Absent where the text may not be changed. */
  onFix: ((finding: Finding) => void) | undefined;
}

/** What was found, behind the line where it was found, each with its fix at hand. */
export function FindingNotes({ lines, findings, onFix }: FindingNotesProps) {
  const places = [...new Set(findings.map(({ line }) => line))];
  return places.map((line) => (
    <div
      key={line}
      className="pointer-events-none absolute flex items-center gap-3 pl-6 font-sans text-sm whitespace-nowrap"
      style={{ top: (line - 1) * LINE_PX, left: `${lines[line - 1]?.length ?? 0}ch`, height: LINE_PX }}
    >
      {findings
        .filter((finding) => finding.line === line)
        .map((finding) => (
          <span key={`${finding.code} ${finding.col}`} className="inline-flex items-center gap-2">
            <span title={finding.message} className={cx('max-w-[44ch] truncate', severityText[finding.severity])}>
              {finding.message}
            </span>
            {finding.fix && onFix && (
              <button
                type="button"
                onClick={() => onFix(finding)}
                className="pointer-events-auto inline-flex h-4.5 items-center gap-1 rounded-sm bg-accent-soft px-1.5 text-xs font-medium text-accent hover:bg-accent hover:text-accent-fg"
              >
                <Wrench aria-hidden size={11} />
                {finding.fix.title}
              </button>
            )}
          </span>
        ))}
    </div>
  ));
}
