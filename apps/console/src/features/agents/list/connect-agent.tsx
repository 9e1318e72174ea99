import { Link } from '@tanstack/react-router';
import { Snippet } from '#console/ui/data/copy.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';

/** What a fleet without agents shows: how the first one comes in. */
export function ConnectAgent() {
  return (
    <Empty
      title="No agent has reported yet"
      action={
        <Link
          to="/keys"
          className="touch inline-flex h-7 items-center rounded bg-accent px-3 font-medium text-accent-fg hover:bg-accent-hover"
        >
          Create a service key
        </Link>
      }
    >
      <p>
        An agent appears here as soon as its process enrols with a service key. To see a real fleet at work first, let
        the demo report here:
      </p>
      <Snippet label="Terminal" code={`MC_URL=${window.location.origin} MC_KEY=mcs_… npm run demo`} />
    </Empty>
  );
}
