import type { Prompt, Reply } from './kit/model.ts';

/** How the agent's own files say that it reaches Mission Control: nothing of it comes from the test. */
interface Guide {
  /** `curl -sS -H @/…/auth` */
  curl: string;
  api: string;
}

type Step = (guide: Guide, found: RegExpExecArray, results: string[]) => string[];

/** What an obedient agent does with a message of Mission Control: its commands, one a step. */
const HABITS: [RegExp, Step][] = [
  [/@@exec (.+)$/m, (_guide, [, command = '']) => [command]],
  [
    /A task was assigned to you\.[\s\S]*Change it with PATCH (\S+)/,
    ({ curl }, [, task = '']) => [
      `${curl} ${task.replace(/\/tasks\/.*/, '/tasks')}`,
      patch(curl, task, { status: 'in_progress' }),
      post(curl, `${task}/comments`, { message: 'Counted the files: there are three.' }),
      patch(curl, task, { status: 'review' }),
    ],
  ],
  [
    /A task is ready for your review\.[\s\S]*Task: (\S+)[\s\S]*Change it with PATCH (\S+)\/tasks\//,
    ({ curl }, [, task = '', board = '']) => [
      post(curl, `${board}/approvals`, {
        action_type: 'task.done',
        task_id: task,
        confidence: 90,
        lead_reasoning: 'The worker counted the files, and the number is right.',
      }),
    ],
  ],
  [
    /The approval \S+ was decided: approved\.[\s\S]*Tasks: (\S+)[\s\S]*Read it with GET (\S+)\/approvals/,
    ({ curl }, [, task = '', board = '']) => [patch(curl, `${board}/tasks/${task}`, { status: 'done' })],
  ],
  [
    /Onboarding of the board[\s\S]*Post with POST (\S+)/,
    ({ curl }, [, url = '']) => [
      post(curl, url, {
        status: 'complete',
        board_type: 'goal',
        objective: 'Know how many files there are.',
        success_metrics: { files: 'counted' },
        lead_agent: { name: 'Ada', autonomy_level: 'balanced' },
      }),
    ],
  ],
  [/Check in with POST (\S+)/, ({ curl }, [, url = '']) => [`${curl} -X POST ${url}`]],
];

const send = (method: string) => (curl: string, url: string, body: unknown) =>
  `${curl} -X ${method} -H "Content-Type: application/json" -d '${JSON.stringify(body)}' ${url}`;
const patch = send('PATCH');
const post = send('POST');

/** The model behind every agent of the test. */
export function think({ system, user, results }: Prompt): Reply {
  const [, curl, api] = /^ {4}(curl -sS \S+ \S+) (http\S+)\/api\/v1\/agent\/healthz$/m.exec(system) ?? [];
  for (const [pattern, commands] of HABITS) {
    const found = pattern.exec(user);
    if (!found) continue;
    const next = commands({ curl: curl ?? 'curl', api: api ?? '' }, found, results)[results.length];
    return next === undefined ? { say: results.at(-1) ?? 'done' } : { exec: next };
  }
  return { say: 'HEARTBEAT_OK' };
}
