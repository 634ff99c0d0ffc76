// Made from contracts/provisioning.yaml by tools/contract. Do not edit: npm run contract:types
import type * as http from '#platform/http/operation.ts';

export interface paths {
    readonly "/availability": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See what is for sale
         * @description Local numbers of the area code that need no address to be bought, page by page. The provider answers with a sample
         *     that changes: each page shows what is for sale when it is asked for, so two pages may share a number, and a number
         *     may be gone when you buy it.
         *
         */
        readonly get: operations["searchAvailability"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/numbers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Buy a number and wire it, or see what would be done
         * @description Give exactly one of `e164` and `areaCode`. By area code the service looks for a number with the capabilities, notes
         *     the one that it chose under the key, and buys that one; when somebody was faster it takes the next, a few times.
         *     A number that the account has already is a 409 and is left as it is.
         *
         *     A voice application is looked up before money is spent. An outcome that is not known is looked up before anything
         *     is bought again. With `dryRun: true` the request is validated and the plan answered; the `Idempotency-Key` may be left
         *     out then, and is not used up.
         *
         */
        readonly post: operations["purchaseNumber"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/numbers/{sid}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example PN00000000000000000000000000000001 */
                readonly sid: components["parameters"]["Sid"];
            };
            readonly cookie?: never;
        };
        /**
         * Read a number as the provider has it
         * @description What is set there now, whoever set it. Compare it with what you want to see drift.
         */
        readonly get: operations["getNumber"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Give a number back, for good
         * @description Takes the number out of its messaging service and releases it. Somebody else may have it tomorrow. While the
         *     registration service relies on the number it is a 409; detach it there first. A number that the provider does not
         *     know, or no longer, is answered as released.
         *
         */
        readonly delete: operations["releaseNumber"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/numbers/{sid}/webhooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example PN00000000000000000000000000000001 */
                readonly sid: components["parameters"]["Sid"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Set a number's webhooks
         * @description Replaces all of them: what is left out is cleared. Exactly one of `voiceUrl` and `voiceAppSid`. Completes a number
         *     that is `PurchasedButUnconfigured`.
         *
         */
        readonly put: operations["updateWebhooks"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The process is up */
        readonly get: operations["getHealth"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/healthz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The process is up, for orchestrators
         * @description Says nothing of the provider; restart the process when it fails, not when `/readyz` does.
         */
        readonly get: operations["getHealthz"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The process can serve requests
         * @description The provider takes our credentials (asked at most once a minute), no breaker is open, and what keeps the keys
         *     answers. False from the moment a shutdown begins; send requests elsewhere then.
         *
         */
        readonly get: operations["getReadyz"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Metrics in Prometheus text format */
        readonly get: operations["getMetrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/docs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** This reference, to read and to try out */
        readonly get: operations["getDocs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/openapi.yaml": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** This contract, for machines */
        readonly get: operations["getOpenApi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Names a number of the account at the provider. */
        readonly NumberSid: string;
        /** @description A TwiML application of the account. It exists, or the request is a 400. */
        readonly VoiceAppSid: string;
        readonly AreaCode: string;
        /** @description A US or Canadian local number; toll-free and premium numbers are not sold here. */
        readonly E164: string;
        readonly Page: string;
        readonly IdempotencyKey: string;
        /** @enum {string} */
        readonly Capability: "sms" | "voice";
        readonly Capabilities: {
            readonly sms: boolean;
            readonly voice: boolean;
        };
        /** @description An https URL on an allowed host; see "Webhooks". */
        readonly WebhookUrl: string;
        /** @description Exactly one of `voiceUrl` and `voiceAppSid`. */
        readonly Webhooks: {
            /** @description Is asked with POST what to do with a message that came in. */
            readonly smsWebhookUrl: components["schemas"]["WebhookUrl"];
            /** @description Is asked with POST what to do with a call that came in. */
            readonly voiceUrl?: components["schemas"]["WebhookUrl"];
            readonly voiceAppSid?: components["schemas"]["VoiceAppSid"];
            /** @description Is told when a call has ended. */
            readonly statusCallbackUrl?: components["schemas"]["WebhookUrl"];
        };
        /** @description Exactly one of `e164` and `areaCode`. */
        readonly PurchaseRequest: {
            readonly e164?: components["schemas"]["E164"];
            /** @description The service takes a number of it. */
            readonly areaCode?: components["schemas"]["AreaCode"];
            /**
             * @description At least these. A number that lacks one is not bought.
             * @default [
             *       "sms",
             *       "voice"
             *     ]
             */
            readonly capabilities?: readonly components["schemas"]["Capability"][];
            readonly webhooks: components["schemas"]["Webhooks"];
            /**
             * @description Answer with the plan and do nothing.
             * @default false
             */
            readonly dryRun?: boolean;
        };
        /** @description Sentences for people and logs. */
        readonly Warnings: readonly string[];
        /** @description Names the request that this answer was made for. */
        readonly CorrelationIdMember: string;
        readonly Candidate: {
            readonly e164: string;
            /** @description ISO 3166. */
            readonly country: string;
            readonly capabilities: components["schemas"]["Capabilities"];
        };
        readonly Availability: {
            readonly areaCode: string;
            /** @description What was asked for. */
            readonly capabilities: components["schemas"]["Capabilities"];
            readonly candidates: readonly components["schemas"]["Candidate"][];
            /** @description Send it as `page` for the next page. Absent on the last. */
            readonly nextPage?: string;
            readonly correlationId: components["schemas"]["CorrelationIdMember"];
        };
        readonly ConfiguredNumber: {
            readonly sid: string;
            readonly e164: string;
            /** @constant */
            readonly state: "Configured";
            /** @description Empty, or what a look at the webhooks showed. */
            readonly warnings: components["schemas"]["Warnings"];
            readonly provider: {
                /** @description The account that has the number. */
                readonly accountSid: string;
            };
            readonly correlationId: components["schemas"]["CorrelationIdMember"];
        };
        readonly UnconfiguredNumber: {
            readonly sid: string;
            readonly e164: string;
            /** @constant */
            readonly state: "PurchasedButUnconfigured";
            /** @description Why it is not configured. */
            readonly warnings: readonly string[];
            readonly correlationId: components["schemas"]["CorrelationIdMember"];
        };
        readonly NumberSelector: {
            readonly areaCode: string;
            readonly capabilities: readonly components["schemas"]["Capability"][];
        };
        /** @description Either `e164` or `selector`. */
        readonly PurchaseStep: {
            /** @constant */
            readonly op: "purchase";
            readonly e164?: string;
            readonly selector?: components["schemas"]["NumberSelector"];
        };
        readonly MessagingStep: {
            /** @constant */
            readonly op: "configureMessaging";
            readonly smsWebhookUrl: string;
        };
        /** @description Either `voiceUrl` or `voiceAppSid`. */
        readonly VoiceStep: {
            /** @constant */
            readonly op: "configureVoice";
            readonly voiceUrl?: string;
            readonly voiceAppSid?: string;
            readonly statusCallbackUrl?: string;
        };
        readonly Plan: {
            /** @description What would be done, in this order. */
            readonly plan: readonly (components["schemas"]["PurchaseStep"] | components["schemas"]["MessagingStep"] | components["schemas"]["VoiceStep"])[];
            readonly correlationId: components["schemas"]["CorrelationIdMember"];
        };
        /** @description What the provider has; it may hold what was set elsewhere. */
        readonly CurrentWebhooks: {
            readonly smsWebhookUrl?: string;
            readonly voiceUrl?: string;
            readonly voiceAppSid?: string;
            readonly statusCallbackUrl?: string;
        };
        readonly UpdatedWebhooks: {
            readonly webhooks: components["schemas"]["CurrentWebhooks"];
            readonly warnings?: components["schemas"]["Warnings"];
            readonly correlationId: components["schemas"]["CorrelationIdMember"];
        };
        readonly NumberState: {
            readonly sid: string;
            readonly e164: string;
            /** @description ISO 3166. */
            readonly country: string;
            readonly capabilities: components["schemas"]["Capabilities"];
            readonly webhooks: components["schemas"]["CurrentWebhooks"];
            readonly correlationId: components["schemas"]["CorrelationIdMember"];
        };
        readonly ReleasedNumber: {
            readonly sid: string;
            /** @constant */
            readonly released: true;
            readonly warnings?: components["schemas"]["Warnings"];
            readonly correlationId: components["schemas"]["CorrelationIdMember"];
        };
        readonly FieldError: {
            /** @description Path into the body (`webhooks.voiceUrl`, `capabilities[0]`), or `query.`, `path.` or `header.` and a name. */
            readonly field: string;
            /** @description Why it was refused, with the fix. */
            readonly message: string;
        };
        readonly Error: {
            /** @enum {string} */
            readonly code: "ValidationError" | "Unauthorized" | "NotFound" | "Conflict" | "RateLimited" | "Internal" | "ProviderError" | "ProviderUnavailable";
            /** @description A sentence for people. */
            readonly message: string;
            /** @description Depends on the error; new members may come. */
            readonly details?: {
                readonly fields?: readonly components["schemas"]["FieldError"][];
                /** @description One word, such as `NumberBound` or `credentials`. */
                readonly reason?: string;
                /** @description The provider's own code. */
                readonly providerCode?: string;
                readonly e164?: string;
                readonly sid?: string;
            } & {
                readonly [key: string]: unknown;
            };
            readonly correlationId: components["schemas"]["CorrelationIdMember"];
        };
        readonly Health: {
            /** @constant */
            readonly status: "ok";
        };
        readonly Healthz: {
            /** @constant */
            readonly ok: true;
        };
        readonly Readyz: {
            /** @constant */
            readonly ready: true;
        };
        readonly NotReadyz: {
            /** @constant */
            readonly ready: false;
            readonly failing: readonly string[];
        };
    };
    responses: {
        /** @description The body is not JSON, or fields of the request are at fault: all of them are listed at once, what is wrong in form
         *     and what is wrong in meaning. You act next; nothing was done.
         *      */
        readonly Invalid: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description No token, or one that is unknown. Get a live token. */
        readonly Unauthorized: {
            headers: {
                readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The account has no such number. Check the sid. */
        readonly NotFound: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The address is far longer than one with a sid and names nothing. A sid that is not known is a 200. */
        readonly NoAddress: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The `Idempotency-Key` was used with another body: take a new key for a new request. Or its first request is still
         *     running (`Retry-After`): send the same again.
         *      */
        readonly KeyConflict: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body has more than 64 KiB. */
        readonly TooLarge: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body has a content type that is not taken. */
        readonly UnsupportedMediaType: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The provider throttles the account. Wait `Retry-After` seconds and send the same again, with the same key. */
        readonly RateLimited: {
            headers: {
                readonly "Retry-After": components["headers"]["RetryAfterAlways"];
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A fault of ours. Whether the request was carried out is not known; send the same again, with the same key. */
        readonly Internal: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The provider failed, did not answer in time, or turned us away for a reason that is not the request's
         *     (`details.providerCode`, `details.reason`). Whether something was done is not known; the same key finds out.
         *      */
        readonly ProviderError: {
            headers: {
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `ProviderUnavailable`: the provider failed in a row or cannot be reached, and is left alone for a while; or it cannot
         *     be found out whether somebody relies on a number that is to be released. `Internal`: what this service keeps its
         *     keys in does not answer. Wait `Retry-After` seconds and send the same again, with the same key.
         *      */
        readonly Unavailable: {
            headers: {
                readonly "Retry-After": components["headers"]["RetryAfterAlways"];
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        /** @example PN00000000000000000000000000000001 */
        readonly Sid: components["schemas"]["NumberSid"];
        /**
         * @description Names the intent; see "Repeating a request safely".
         * @example release-4711
         */
        readonly IdempotencyKey: components["schemas"]["IdempotencyKey"];
        /**
         * @description Names this request in logs and answers. 1 to 128 of `A-Z a-z 0-9 . _ -`; anything else is replaced.
         * @example 4f6c2a1e
         */
        readonly CorrelationId: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Names this request in our logs.
         * @example 4f6c2a1e
         */
        readonly CorrelationId: string;
        /**
         * @description `true` when this is the stored answer to an earlier request with the same key; absent otherwise.
         * @example true
         */
        readonly IdempotentReplayed: "true";
        /**
         * @description Where the number can be read.
         * @example /numbers/PN00000000000000000000000000000001
         */
        readonly Location: string;
        /**
         * @description Seconds to wait before trying again.
         * @example 1
         */
        readonly RetryAfter: number;
        /**
         * @description Seconds to wait before trying again.
         * @example 1
         */
        readonly RetryAfterAlways: number;
        /**
         * @description How to authenticate.
         * @example Bearer error="invalid_token"
         */
        readonly WwwAuthenticate: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly searchAvailability: {
        readonly parameters: {
            readonly query: {
                /**
                 * @description Three digits of a US or Canadian area code.
                 * @example 415
                 */
                readonly areaCode: components["schemas"]["AreaCode"];
                /**
                 * @description Only numbers that can do SMS.
                 * @example true
                 */
                readonly sms?: boolean;
                /**
                 * @description Only numbers that take calls.
                 * @example true
                 */
                readonly voice?: boolean;
                /**
                 * @description Numbers on a page.
                 * @example 20
                 */
                readonly limit?: number;
                /**
                 * @description `nextPage` of the page before; the first page when left out.
                 * @example ZnJvbToyMA
                 */
                readonly page?: components["schemas"]["Page"];
            };
            readonly header?: {
                /**
                 * @description Names this request in logs and answers. 1 to 128 of `A-Z a-z 0-9 . _ -`; anything else is replaced.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page, which may be empty. Without `nextPage` it is the last. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Availability"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 502: components["responses"]["ProviderError"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly purchaseNumber: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Required, but on a dry run: a request without it is a 400.
                 * @example order-4711
                 */
                readonly "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
                /**
                 * @description Names this request in logs and answers. 1 to 128 of `A-Z a-z 0-9 . _ -`; anything else is replaced.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PurchaseRequest"];
            };
        };
        readonly responses: {
            /** @description The plan of a dry run. Nothing was bought or changed, and no provider was asked. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description The number is the account's and its webhooks are set. */
            readonly 201: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ConfiguredNumber"];
                };
            };
            /** @description The number is the account's and is paid for, but its webhooks are not set, or it lacks a capability that was
             *     asked for; `warnings` say what happened. Send the same request with the same `Idempotency-Key` again to go on,
             *     `PUT` its webhooks, or `DELETE` it. It is never released by itself.
             *      */
            readonly 207: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UnconfiguredNumber"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthorized"];
            /** @description Nobody sells the number or none of the area code, somebody was faster, or the account has it already: nothing was
             *     bought. Another key is buying it (`Retry-After`). Also: the `Idempotency-Key` was used with another body, or its first request is still running
             *     (`Retry-After`).
             *      */
            readonly 409: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly "Retry-After": components["headers"]["RetryAfter"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 502: components["responses"]["ProviderError"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getNumber: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Names this request in logs and answers. 1 to 128 of `A-Z a-z 0-9 . _ -`; anything else is replaced.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example PN00000000000000000000000000000001 */
                readonly sid: components["parameters"]["Sid"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The number. `webhooks` holds what is set, and nothing else. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NumberState"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 502: components["responses"]["ProviderError"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly releaseNumber: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                /**
                 * @description Names the intent; see "Repeating a request safely".
                 * @example release-4711
                 */
                readonly "Idempotency-Key": components["parameters"]["IdempotencyKey"];
                /**
                 * @description Names this request in logs and answers. 1 to 128 of `A-Z a-z 0-9 . _ -`; anything else is replaced.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example PN00000000000000000000000000000001 */
                readonly sid: components["parameters"]["Sid"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The number is not the account's, or not any more. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReleasedNumber"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 404: components["responses"]["NoAddress"];
            /** @description Somebody still relies on the number: `details.reason` says how. Nothing was released; send the same again once
             *     it is detached (`Retry-After`). Also: the `Idempotency-Key` was used with another body, or its first request is
             *     still running (`Retry-After`).
             *      */
            readonly 409: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly "Retry-After": components["headers"]["RetryAfter"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 502: components["responses"]["ProviderError"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly updateWebhooks: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Optional; without it the request is simply done again, which comes to the same.
                 * @example rewire-4711
                 */
                readonly "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
                /**
                 * @description Names this request in logs and answers. 1 to 128 of `A-Z a-z 0-9 . _ -`; anything else is replaced.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example PN00000000000000000000000000000001 */
                readonly sid: components["parameters"]["Sid"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Webhooks"];
            };
        };
        readonly responses: {
            /** @description What is set now, as the provider echoed it. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UpdatedWebhooks"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyConflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 502: components["responses"]["ProviderError"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getHealth: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It answers. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            readonly 500: components["responses"]["Internal"];
        };
    };
    readonly getHealthz: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It answers. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Healthz"];
                };
            };
            readonly 500: components["responses"]["Internal"];
        };
    };
    readonly getReadyz: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Every dependency answered. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Readyz"];
                };
            };
            readonly 500: components["responses"]["Internal"];
            /** @description Not now. `failing` names what did not answer in time, or `draining`. */
            readonly 503: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NotReadyz"];
                };
            };
        };
    };
    readonly getMetrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Counters, gauges and histograms of this process. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            readonly 500: components["responses"]["Internal"];
        };
    };
    readonly getDocs: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page that needs no other host. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            readonly 500: components["responses"]["Internal"];
        };
    };
    readonly getOpenApi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OpenAPI 3.1 in one document. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/yaml": string;
                };
            };
            readonly 500: components["responses"]["Internal"];
        };
    };
}

export type Schemas = components['schemas'];
/** What the service answers about itself, without a token. */
export type ServiceOperationId = 'getHealth' | 'getHealthz' | 'getReadyz' | 'getMetrics' | 'getDocs' | 'getOpenApi';
export type OperationId = Exclude<keyof operations, ServiceOperationId>;
export type OperationParts<Id extends OperationId> = http.OperationParts<operations[Id]>;
export type OperationAnswer<Id extends OperationId> = http.OperationAnswer<operations[Id]>;
