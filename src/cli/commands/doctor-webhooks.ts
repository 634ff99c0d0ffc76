import { isPassing } from '#platform/http/problems.ts';
import { conservation } from '#platform/webhooks/upkeep/conservation.ts';
import { webhookFigures } from '#platform/webhooks/upkeep/figures.ts';
import type { RegistrationDatabase } from '../../registration/store/open.ts';
import type { CommandContext } from '../command.ts';
import { type Check, fail, ok, warn } from './doctor-checks.ts';
import { allFigures } from './webhooks.ts';

/** As the alert on webhook_oldest_undelivered_age_seconds; a retry of a failing receiver alone takes minutes. */
const AGE_WARN_SECONDS = 900;
const MAX_ENDPOINTS = 1_000;
/** It reads every delivery: where that takes long, the rest is for its own command. */
const CONSERVATION_MS = 5_000;

const LIST = 'npm run cli -- webhooks list';
const CONSERVATION = 'npm run cli -- webhooks conservation';

/** What is owed, to whom it cannot be delivered, and whether anything vanished. */
export async function webhookChecks(
  { database }: RegistrationDatabase,
  { clock, signal }: CommandContext,
): Promise<readonly Check[]> {
  const { executor } = database;
  const figures = await webhookFigures(executor, clock);
  const endpoints = await allFigures(executor, clock, MAX_ENDPOINTS);
  return [backlog(figures), health(endpoints), await nothingVanished(executor, signal)];
}

function backlog({
  depth,
  oldestUndeliveredSeconds,
  pausedDepth,
  dead,
}: Awaited<ReturnType<typeof webhookFigures>>): Check {
  const age = Math.round(oldestUndeliveredSeconds);
  const kept = pausedDepth === 0 ? '' : `, ${pausedDepth} kept for those switched off`;
  const finding = `${depth} waiting (oldest ${age} s)${kept}, ${dead} dead letters`;
  if (dead > 0) return warn('webhooks', finding, `${LIST}, then webhooks dead-letters --webhook <id>`);
  if (age > AGE_WARN_SECONDS)
    return warn('webhooks', finding, `${LIST}; is there a process with role dispatch?`);
  return ok('webhooks', finding);
}

function health(endpoints: Awaited<ReturnType<typeof allFigures>>): Check {
  const count = (wanted: string) => endpoints.filter(({ health: is }) => is === wanted).length;
  const [failing, disabled, paused] = [count('failing'), count('disabled'), count('paused')];
  const all = `${endpoints.length}${endpoints.length === MAX_ENDPOINTS ? ' or more' : ''}`;
  const finding = `${all} webhooks: ${failing} failing, ${disabled} disabled, ${paused} paused`;
  // What is paused its tenant wants so; the others he may not have noticed.
  return failing + disabled > 0 ? warn('receivers', finding, LIST) : ok('receivers', finding);
}

async function nothingVanished(
  executor: RegistrationDatabase['database']['executor'],
  signal: AbortSignal,
): Promise<Check> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CONSERVATION_MS)]);
  try {
    const figures = await conservation(executor, limit);
    const broken = figures.filter(({ holds }) => !holds);
    if (broken.length > 0) {
      const ids = broken.slice(0, 3).map(({ endpointId }) => endpointId);
      const finding = `events vanished or were counted twice: ${broken.length} webhooks (${ids.join(', ')})`;
      return fail('conservation', finding, `${CONSERVATION}; it is a bug: keep the rows and report it`);
    }
    const finding = `holds for ${figures.length} webhooks`;
    return limit.aborted
      ? warn('conservation', `${finding}, then the time was up`, CONSERVATION)
      : ok('conservation', finding);
  } catch (error) {
    if (!isPassing(error)) throw error;
    return warn('conservation', 'there was no time to count', CONSERVATION);
  }
}
