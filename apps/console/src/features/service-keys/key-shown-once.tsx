import { CopyButton, Snippet } from '#console/ui/data/copy.tsx';
import { Badge } from '#console/ui/state/badge.tsx';

interface KeyShownOnceProps {
  secret: string;
  /** The agent that the key is for, when it is for one. */
  agentSlug: string | undefined;
}

/** The new key and how an agent uses it. It cannot be shown again. */
export function KeyShownOnce({ secret, agentSlug = 'my-agent' }: KeyShownOnceProps) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-2">
        <p className="flex flex-wrap items-center gap-2">
          Copy it now. <Badge tone="warn">shown only once</Badge>
        </p>
        <p className="flex items-center gap-1 rounded border border-line-strong bg-bg py-1 pr-1 pl-3">
          <code data-secret className="min-w-0 flex-1 font-mono break-all">
            {secret}
          </code>
          <CopyButton text={secret} label="Copy the key" />
        </p>
      </div>
      <Snippet label="Environment of the agent" code={toEnvironment(secret)} />
      <Snippet label="TypeScript" code={toProgram(agentSlug)} />
      <Snippet
        label="Or try it with the demo fleet"
        code={`MC_URL=${window.location.origin} MC_KEY=${secret} npm run demo`}
      />
      <p className="text-fg-2">The agent appears under Agents as soon as its process has started.</p>
    </div>
  );
}

const toEnvironment = (secret: string) => `export MC_URL=${window.location.origin}
export MC_KEY=${secret}`;

const toProgram = (slug: string) => `import { entrypoint, init, tool } from '@mission-control/sdk';

const search = tool(async (query: string) => \`You asked: \${query}\`, { name: 'search', effect: 'read' });

await init({ agent: '${slug}' });
const main = entrypoint('${slug}', (question: string) => search(question));
console.log(await main('What is new?'));`;
