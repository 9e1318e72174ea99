import { Link } from '@tanstack/react-router';
import type { Approval } from '#console/api/contract.ts';
import { toWords } from '#console/lib/format/numbers.ts';
import { Identifier } from '../data/copy.tsx';
import { ForeignText } from '../data/foreign-text.tsx';
import { JsonTree } from '../data/json-tree.tsx';
import { Ago } from '../data/time.tsx';
import { Facts, Section } from '../layout/page.tsx';
import { MarkedWord } from '../state/mark.tsx';
import { approvalLook } from './approval-look.ts';
import { policyFacts } from './policy-facts.tsx';
import { ScoreBar } from './score-bar.tsx';
import { argumentsOf, reasonOf } from './subject.ts';
import { TimeLeft } from './time-left.tsx';
import { Voices } from './voices.tsx';

interface ApprovalFactsProps {
  approval: Approval;
  /** Names of departments by id. */
  groups: ReadonlyMap<string, string>;
}

/** What is asked, by whom, on what grounds, and who has decided. */
export function ApprovalFacts({ approval, groups }: ApprovalFactsProps) {
  const isOfPolicy = approval.kind === 'policy';
  const reason = reasonOf(approval);
  return (
    <div className="grid gap-4">
      {reason !== undefined && (
        <p className="text-lg break-words">
          <ForeignText text={reason} />
        </p>
      )}
      {isOfPolicy && <ExactArguments approval={approval} />}
      <Facts
        facts={[
          ['State', <MarkedWord key="state" look={approvalLook(approval)} />],
          ['Asked by', <ForeignText key="by" text={approval.requested_by.name ?? approval.requested_by.kind} />],
          ['Asked', <Ago key="at" at={approval.created_at} />],
          ...(approval.status === 'pending'
            ? ([['Time', <TimeLeft key="left" at={approval.expires_at} />]] as const)
            : ([['Decided', <Ago key="resolved" at={approval.resolved_at} />]] as const)),
          ...(isOfPolicy
            ? policyFacts(approval)
            : ([['Tasks', <TaskLinks key="tasks" approval={approval} />]] as const)),
          ['Voices', <Voices key="voices" approval={approval} groups={groups} />],
          ['Arguments hash', <Identifier key="hash" id={approval.args_hash} />],
        ]}
      />
      {(!isOfPolicy || approval.confidence > 0) && <Confidence approval={approval} />}
      {!isOfPolicy && <ExactArguments approval={approval} />}
      <Decisions approval={approval} />
    </div>
  );
}

function ExactArguments({ approval }: { approval: Approval }) {
  return (
    <Section title="Exact arguments">
      <JsonTree value={argumentsOf(approval)} label="Arguments" />
    </Section>
  );
}

/** How sure the one who asks is; a policy's question about a run that never said so has none. */
function Confidence({ approval: { confidence, rubric_scores } }: { approval: Approval }) {
  return (
    <Section title="Confidence">
      <div className="grid gap-1.5">
        <ScoreBar label="Of the one who asks" score={confidence} />
        {Object.entries(rubric_scores ?? {}).map(([name, score]) => (
          <ScoreBar key={name} label={name} score={score} />
        ))}
      </div>
    </Section>
  );
}

function TaskLinks({ approval: { board_id, task_ids, task_titles } }: { approval: Approval }) {
  if (board_id === null || task_ids.length === 0) return <span className="text-fg-3">None</span>;
  return (
    <ul>
      {task_ids.map((taskId, index) => (
        <li key={taskId}>
          <Link
            to="/boards/$boardId"
            params={{ boardId: board_id }}
            search={{ taskId }}
            className="text-accent hover:underline"
          >
            <ForeignText text={task_titles[index] ?? taskId} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Decisions({ approval: { decisions } }: { approval: Approval }) {
  if (decisions.length === 0) return null;
  return (
    <Section title="Decisions">
      <ul className="grid gap-2">
        {decisions.map((decision) => (
          <li key={decision.id} className="rounded border px-3 py-2">
            <p className="flex flex-wrap items-center gap-x-2">
              <span className="font-medium">
                <ForeignText text={decision.user_name ?? 'Somebody who left'} />
              </span>
              {toWords(decision.decision).toLowerCase()}
              <Ago at={decision.created_at} className="ml-auto text-sm text-fg-3" />
            </p>
            {decision.comment && (
              <p className="text-fg-2">
                <ForeignText text={decision.comment} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
