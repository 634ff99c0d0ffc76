import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The provider's own contract, where it is at hand: then the simulator refuses what does not fit it. */
const FOLDER = fileURLToPath(new URL('../../../shared/twilio', import.meta.url));
export const openApiDir = existsSync(FOLDER) ? FOLDER : undefined;
if (!openApiDir) console.log(`# ${FOLDER} is absent: calls to Twilio are not held to its OpenAPI files`);
