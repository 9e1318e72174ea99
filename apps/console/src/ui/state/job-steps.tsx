import { toWords } from '#console/lib/format/numbers.ts';
import { ForeignText } from '../data/foreign-text.tsx';
import { jobStepLooks } from './looks.ts';
import { MarkedWord } from './mark.tsx';

interface JobStep {
  kind: string;
  state: keyof typeof jobStepLooks;
  attempts: number;
  error: { code: string; message: string } | null;
}

/** What a piece of work has done, does and has yet to do. */
export function JobSteps({ steps }: { steps: readonly JobStep[] }) {
  return (
    <ol className="grid gap-1.5">
      {steps.map(({ kind, state, attempts, error }) => (
        <li key={kind} className="grid gap-0.5">
          <span className="flex flex-wrap items-center gap-x-3">
            <MarkedWord look={jobStepLooks[state]} className="w-24" />
            {toWords(kind)}
            {attempts > 1 && <span className="num text-sm text-fg-3">{attempts} tries</span>}
          </span>
          {error && (
            <span className="text-sm break-words text-fg-2 sm:pl-27">
              <code className="font-mono text-bad">{error.code}</code> <ForeignText text={error.message} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
