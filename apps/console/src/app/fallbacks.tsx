import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { toFailure } from '#console/api/problem.ts';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Empty
      title="There is no page at this address"
      action={
        <Link to="/dashboard" className="text-accent hover:underline">
          Go to the overview
        </Link>
      }
    >
      <p>The link may be old, or mistyped.</p>
    </Empty>
  );
}

/** A page that broke, or whose code could not be loaded. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const onRetry = () => {
    reset();
    void router.invalidate();
  };
  return <Failed what="This page could not be shown" failure={toFailure(error)} onRetry={onRetry} />;
}

/** While a page's code is on its way. */
export function PagePending() {
  return (
    <div className="pt-16">
      <SkeletonRows />
    </div>
  );
}
