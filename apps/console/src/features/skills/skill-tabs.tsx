import { Link } from '@tanstack/react-router';
import { TabBar, tabClass } from '#console/ui/layout/tabs.tsx';

/** Skills themselves, and where they come from. */
export function SkillTabs() {
  return (
    <TabBar label="Skills">
      <Link to="/skills/marketplace" search={{}} activeOptions={{ includeSearch: false }} className={tabClass}>
        Marketplace
      </Link>
      <Link to="/skills/packs" className={tabClass}>
        Packs
      </Link>
    </TabBar>
  );
}
