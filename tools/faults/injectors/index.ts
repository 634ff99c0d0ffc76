import type { Injector } from '../world.ts';
import { clockJump } from './clock-jump.ts';
import { connectionsCut } from './connections-cut.ts';
import { connectionsHeld } from './connections-held.ts';
import { connectionsRefused } from './connections-refused.ts';
import { connectionsSlow } from './connections-slow.ts';
import { hanging } from './hanging.ts';
import { kill } from './kill.ts';
import { killRole } from './kill-role.ts';
import { lostAnswers } from './lost-answers.ts';
import { pause } from './pause.ts';
import { postgresCrash } from './postgres-crash.ts';
import { receiverFails } from './receiver-fails.ts';
import { redisHangs } from './redis-hangs.ts';
import { redisLost } from './redis-lost.ts';
import { slowAnswers } from './slow-answers.ts';
import { throttled } from './throttled.ts';

/** Every kind of fault, in the order in which a table shows them. */
export const INJECTORS: readonly Injector[] = [
  kill,
  killRole,
  pause,
  postgresCrash,
  connectionsCut,
  connectionsRefused,
  connectionsSlow,
  connectionsHeld,
  throttled,
  hanging,
  lostAnswers,
  slowAnswers,
  receiverFails,
  clockJump,
  redisLost,
  redisHangs,
];
