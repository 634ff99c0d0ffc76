import { conflict } from '#kernel/problem.ts';
import { appendToken, isTokenName, readTokenFile, writeEntry } from '#platform/secrets/token-file.ts';
import { hashToken, newToken } from '#platform/secrets/tokens.ts';
import { developmentTokenFile } from '../../provisioning/development-tokens.ts';
import { BadUsage, type CommandContext, type Output } from '../command.ts';

/**
 * A token of the provisioning service and its entry for PROVISIONING_TOKENS. Where those are unset, in development,
 * the entry goes into the file that the service reads; otherwise somebody has to set it. Works without a
 * configuration that stands: in production there is none before the first token is made.
 */
export async function createProvisioningToken(
  name: string,
  settings: CommandContext['settings'],
): Promise<Output> {
  if (!isTokenName(name)) throw new BadUsage('--name is 1 to 64 letters, digits, ".", "_" or "-"');
  const token = newToken();
  const made = { name, hash: hashToken(token) };
  const data = { name, token, entry: writeEntry(made) };
  const once = 'the token is not stored and cannot be shown again';
  const file = fileOf(settings);
  if (file === undefined) {
    const known = 'config' in settings ? (settings.config.provisioning?.tokens ?? []) : [];
    if (known.some((one) => one.name === name))
      throw conflict(`PROVISIONING_TOKENS has a token ${name} already`);
    return { data, notes: [once, 'add the entry to PROVISIONING_TOKENS and start the service again'] };
  }
  if ((await readTokenFile(file)).some((one) => one.name === name)) {
    throw conflict(`${file} has a token ${name} already: remove its line first`);
  }
  await appendToken(file, made);
  return { data, notes: [once, `the entry is in ${file}: a running service takes the token within seconds`] };
}

/** Where the service reads its tokens from, when it reads them from a file. */
function fileOf(settings: CommandContext['settings']): string | undefined {
  if ('faults' in settings) return undefined;
  const { production, dataDir, provisioning } = settings.config;
  const fromFile = !production && (provisioning?.tokens.length ?? 0) === 0;
  return fromFile ? developmentTokenFile(dataDir) : undefined;
}
