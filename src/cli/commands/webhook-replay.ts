import { flag, required, text } from '../arguments.ts';
import { askFor, POLL_MS, patiently } from '../ask.ts';
import { BadUsage, type CommandArguments, type Commands, type Session } from '../command.ts';
import { render } from '../render.ts';
import { askedFor, REPLAY_OPTIONS } from './webhook-jobs.ts';

export const webhookReplayCommands: Commands = {
  'webhooks replay': {
    usage:
      'webhooks replay --webhook <id> [--since <time>] [--until <time>] [--aggregate <id> [--from-sequence <n>] [--to-sequence <n>]] [--type <type,type>] [--state <delivered,dead,skipped>] [--dry-run | --wait]',
    summary:
      'send again, as a job, what is settled and fits; --dry-run counts it, --wait stays until all of it is settled anew',
    options: {
      webhook: { type: 'string' },
      ...REPLAY_OPTIONS,
      'dry-run': { type: 'boolean' },
      wait: { type: 'boolean' },
    },
    follow: replay,
  },
};

async function replay(args: CommandArguments, session: Session): Promise<number> {
  const webhookId = required(args, 'webhook');
  const dryRun = flag(args, 'dry-run');
  if (dryRun && flag(args, 'wait')) throw new BadUsage('give one of --dry-run and --wait');
  // Understood here already, so that a typing error is told with this command's usage.
  askedFor(args);
  const options = Object.keys(REPLAY_OPTIONS).flatMap((name) => {
    const value = text(args, name);
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  const begin = ['webhooks', 'start-replay', `--webhook=${webhookId}`, ...options];
  // Not cut short: whether there is a job must be known.
  const started = await askFor(
    session.ask,
    [...begin, ...(dryRun ? ['--dry-run'] : [])],
    new AbortController().signal,
  );
  const { jobId } = started;
  const ended =
    typeof jobId === 'string' && flag(args, 'wait') ? await wait(session, webhookId, jobId) : started;
  if (!ended) return 0;
  await session.print(render(ended, flag(args, 'json')).trimEnd());
  return ended.state === 'cancelled' ? 1 : 0;
}

/** The job once it has ended; nothing when the person at the terminal waits no longer. */
async function wait(session: Session, webhookId: string, jobId: string) {
  const ask = patiently(session.askRunning, session);
  let told = '';
  while (!session.signal.aborted) {
    const job = await ask(['webhooks', 'job', `--webhook=${webhookId}`, `--job=${jobId}`]);
    if (job && job.state !== 'running') return job;
    const progress =
      job && `${job.processed} of ${job.selected} put back, ${job.outstanding} of them not settled`;
    if (progress !== undefined && progress !== told) session.note(progress);
    told = progress ?? told;
    await session.wait(POLL_MS, session.signal);
  }
  session.note(`job ${jobId} goes on; see webhooks jobs --webhook ${webhookId}`);
  return undefined;
}
