// Receives the service's events: verifies them, and tells duplicates, gaps and disorder. Needs Node alone.

export type { AdapterOptions } from './answer.ts';
export {
  type Directive,
  refuse,
  WebhookError,
  type WebhookErrorCode,
  type WebhookErrorOptions,
} from './errors.ts';
export type { WebhookEvent } from './event.ts';
export { type ExpressRequest, expressHandler } from './express.ts';
export { type FastifyLike, fastifyWebhooks } from './fastify.ts';
export type { HeadersLike } from './headers.ts';
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { type NodeRequest, type NodeResponse, nodeHandler } from './node.ts';
export {
  createPostgresStore,
  forgetAccepted,
  POSTGRES_STORE_TABLES,
  type PostgresClient,
  type PostgresPool,
} from './postgres-store.ts';
export {
  createReceiver,
  type Handler,
  type HandlerContext,
  type Received,
  type Receiver,
  type ReceiverOptions,
} from './receiver.ts';
export type { Family } from './signatures.ts';
export type { EventKey, Known, WebhookStore } from './store.ts';
export {
  type Clock,
  DEFAULT_TOLERANCE_SECONDS,
  type Verified,
  type VerifyOptions,
  verify,
  type WebhookRequest,
} from './verify.ts';
