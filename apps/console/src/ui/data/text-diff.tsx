import { diffLines } from '#console/lib/line-diff.ts';
import { cx } from '../class-names.ts';
import { ForeignText } from './foreign-text.tsx';

const grounds = { ' ': 'text-fg-2', '-': 'bg-bad-soft', '+': 'bg-ok-soft' } as const;

/** What was taken out of a text and put into it, line by line. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  return (
    <div className="max-h-72 overflow-auto rounded border bg-bg py-1 font-mono text-sm">
      {diffLines(before, after).map(({ sign, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of two immutable texts
        <p key={index} className={cx('flex gap-2 px-3 break-words whitespace-pre-wrap', grounds[sign])}>
          <span className="text-fg-3 select-none">{sign === '-' ? '−' : sign}</span>
          <ForeignText text={text} />
        </p>
      ))}
    </div>
  );
}
