import { Snippet } from '#console/ui/data/copy.tsx';
import { SecretOnce } from '#console/ui/data/secret-once.tsx';

interface KeyShownOnceProps {
  secret: string;
  /** The agent that the key is for, when it is for one. */
  agentSlug: string | undefined;
}

/** The new key and how an agent uses it. It cannot be shown again. */
export function KeyShownOnce({ secret, agentSlug = 'my-agent' }: KeyShownOnceProps) {
  return (
    <div className="grid gap-4">
      <SecretOnce secret={secret} label="Copy the key" />
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
