import type { SimRoute } from '../route.ts';
import { accountRoutes } from './accounts.ts';
import { type AddressOptions, addressRoutes } from './addresses.ts';
import { applicationRoutes } from './applications.ts';
import { availableRoutes } from './available-numbers.ts';
import { type IncomingOptions, incomingRoutes } from './incoming-numbers.ts';

export type CoreOptions = AddressOptions & IncomingOptions;

/** The routes of the 2010 API. */
export function coreRoutes(options: CoreOptions): readonly SimRoute[] {
  return [
    ...accountRoutes,
    ...addressRoutes(options),
    ...applicationRoutes,
    ...availableRoutes,
    ...incomingRoutes(options),
  ];
}
