import type { FastifyPluginAsync } from 'fastify';
import { Problem } from '#kernel/problem.ts';
import { BODY_LIMIT, keepRaw, signatureOf } from './http-edge.ts';
import { CALLBACKS_PATH, EVENTS_PATH } from './paths.ts';
import {
  callbackReceiver,
  eventReceiver,
  type Kind,
  type Receive,
  type TwilioInboundDependencies,
} from './receive.ts';

/** Operations of the contract that the plugin binds. */
export const INBOUND_OPERATIONS: readonly string[] = ['receiveTwilioCallback', 'receiveTwilioEvents'];

/**
 * `POST /provider/twilio/callbacks` (statuses of bundles, a form) and `POST /provider/twilio/events` (Event Streams,
 * JSON) as a Fastify plugin (R83). What comes in is a hint that something is to be read again, and no more; only
 * events of numbers are kept, since nothing else tells of them (docs/twilio.md 5.6). 204 when that is
 * committed, in under 1 s. Errors: 400 no signature or no JSON, 403 signed by nobody known or of another
 * account, 413, 415, and 503 when the database does not take it in time: the provider sends events again, and
 * polling finds the rest.
 */
export function createTwilioInbound(deps: TwilioInboundDependencies): FastifyPluginAsync {
  const routes: readonly {
    readonly path: string;
    readonly operationId: string;
    readonly kind: Kind;
    readonly mediaType: string | RegExp;
    readonly takes: string;
    readonly receive: Receive;
  }[] = [
    {
      path: CALLBACKS_PATH,
      operationId: 'receiveTwilioCallback',
      kind: 'callback',
      mediaType: 'application/x-www-form-urlencoded',
      takes: 'application/x-www-form-urlencoded',
      receive: callbackReceiver(deps),
    },
    {
      path: EVENTS_PATH,
      operationId: 'receiveTwilioEvents',
      kind: 'event',
      // CloudEvents have media types of their own, for one and for a batch.
      mediaType: /^application\/(json|cloudevents(-batch)?\+json)(\s*;|$)/i,
      takes: 'application/json',
      receive: eventReceiver(deps),
    },
  ];
  return async (app) => {
    for (const { path, operationId, kind, mediaType, takes, receive } of routes) {
      await app.register(async (scope) => {
        keepRaw(scope, mediaType, takes);
        scope.post(path, {
          bodyLimit: BODY_LIMIT,
          config: { operationId },
          // Before the body is read: who does not sign is not listened to.
          onRequest: async (request) => {
            if (signatureOf(request) !== '') return;
            deps.metrics.providerInbound(kind, 'unsigned');
            throw new Problem('ValidationError', 'X-Twilio-Signature is missing', { status: 400 });
          },
          handler: async (request, reply) => {
            await receive(request);
            return reply.code(204).send();
          },
        });
      });
    }
  };
}
