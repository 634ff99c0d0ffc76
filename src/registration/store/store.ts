import type { Store } from '../ports.ts';
import { bindingRepo } from './bindings.ts';
import { brandRepo } from './brands.ts';
import { campaignRepo } from './campaigns.ts';
import type { StoreDependencies } from './status.ts';

/** The three repositories over PGlite or PostgreSQL: same SQL, same migrations, same tests. */
export function createStore(deps: StoreDependencies): Store {
  return { brands: brandRepo(deps), campaigns: campaignRepo(deps), bindings: bindingRepo(deps) };
}
