import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';

/** How one test of a policy went. */
export interface TestOutcome {
  name: string;
  ok: boolean;
  message?: string | undefined;
  line: number;
}

const passed: StateLook = { tone: 'ok', shape: 'dot', word: 'Passed' };
const failed: StateLook = { tone: 'bad', shape: 'diamond', word: 'Failed' };

interface TestsPanelProps {
  tests: readonly TestOutcome[];
  /** Tests run only when lint has no error. */
  isBlocked: boolean;
  onGo: (line: number) => void;
}

/** The tests that stand in the policy, run as it is typed. */
export function TestsPanel({ tests, isBlocked, onGo }: TestsPanelProps) {
  if (isBlocked) return <p className="px-4 py-3 text-fg-2">Tests run when lint finds no error.</p>;
  if (tests.length === 0) {
    return (
      <p className="px-4 py-3 text-fg-2">
        No test yet. Under <code className="font-mono">tests:</code> a line says what is given and what shall come of
        it; a policy that enforces needs them.
      </p>
    );
  }
  return (
    <ul>
      {tests.map((test) => (
        <li key={`${test.line} ${test.name}`} className="border-b">
          <button
            type="button"
            onClick={() => onGo(test.line)}
            className="touch grid w-full grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3 px-4 py-2 text-left hover:bg-sunken"
          >
            <MarkedWord look={test.ok ? passed : failed} />
            <span className="break-words">{test.name}</span>
            {test.message && <span className="col-start-2 text-sm break-words text-bad">{test.message}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
