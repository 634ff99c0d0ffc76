// Made from contracts/registration.yaml by tools/contract. Do not edit: npm run contract:types
import type * as http from '#platform/http/operation.ts';

export interface paths {
    readonly "/brands": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List brands
         * @description The tenant's brands, newest first.
         */
        readonly get: operations["listBrands"];
        readonly put?: never;
        /**
         * Create a brand, or update a draft
         * @description Stores a brand as `DRAFT`; nothing is sent to the provider before `:submit`. `(country, taxId)` names a brand
         *     once per tenant, so a second POST finds the first:
         *     - 201: it is new.
         *     - 200: it existed. The same spec changes nothing; another spec updates a `DRAFT` or `REJECTED` brand.
         *     - 409: it existed, the spec differs, and it is `SUBMITTED` or `VETTED`.
         *
         */
        readonly post: operations["createBrand"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/brands/{brandId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example brand_019b8e0746003f9c2d1e4b5a6978 */
                readonly brandId: components["parameters"]["BrandId"];
            };
            readonly cookie?: never;
        };
        /**
         * Read a brand
         * @description What was asked for (`spec`) and how far it got (`status`).
         */
        readonly get: operations["getBrand"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Edit a brand
         * @description A JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)) of the spec: a field that is left out stays,
         *     `null` removes an optional one, `address` and `representative` are sent whole. Allowed in `DRAFT` and `REJECTED`.
         *     A change raises `generation`; it goes to the provider with the next `:submit`. `country` and `taxId` are frozen from the first submit on.
         *
         */
        readonly patch: operations["updateBrand"];
        readonly trace?: never;
    };
    readonly "/brands/{brandId}:submit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example brand_019b8e0746003f9c2d1e4b5a6978 */
                readonly brandId: components["parameters"]["BrandId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Submit a brand for vetting
         * @description Marks the brand `SUBMITTED` and answers at once; registration and vetting take minutes to days and end in
         *     `VETTED` or `REJECTED`. Read the status or listen for `BrandVetted` and `BrandRejected`. Also from `REJECTED`,
         *     after an edit.
         *
         */
        readonly post: operations["submitBrand"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/campaigns": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List campaigns
         * @description The tenant's campaigns, newest first.
         */
        readonly get: operations["listCampaigns"];
        readonly put?: never;
        /**
         * Create a campaign
         * @description Stores a campaign as `DRAFT` under a brand of any phase; nothing is sent to the provider before `:submit`. Texts
         *     are what carriers review: say how people agree to be texted back, and show messages as they will be sent.
         *
         */
        readonly post: operations["createCampaign"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/campaigns/{campaignId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example camp_019b8e0746007a1b2c3d4e5f6071 */
                readonly campaignId: components["parameters"]["CampaignId"];
            };
            readonly cookie?: never;
        };
        /**
         * Read a campaign
         * @description What was asked for (`spec`) and how far it got (`status`). Once ACTIVE, `status.externalRefs` holds the provider's campaign id and `messagingServiceId`, the sender to use.
         */
        readonly get: operations["getCampaign"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Edit a campaign
         * @description A JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)) of the spec: a field that is left out stays,
         *     `null` removes an optional one, a list is replaced as a whole. Allowed in `DRAFT` and `REJECTED`. A change raises
         *     `generation`; it goes to the provider with the next `:submit`. Brand and use case cannot be changed.
         *
         */
        readonly patch: operations["updateCampaign"];
        readonly trace?: never;
    };
    readonly "/campaigns/{campaignId}:submit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example camp_019b8e0746007a1b2c3d4e5f6071 */
                readonly campaignId: components["parameters"]["CampaignId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Submit a campaign for review
         * @description Marks the campaign `SUBMITTED` and answers at once. Under a brand that is not `VETTED` yet it waits, with a
         *     condition that says so. Review takes days and ends in `APPROVED` and then `ACTIVE`, or in `REJECTED`. Also from
         *     `REJECTED`, after an edit.
         *
         */
        readonly post: operations["submitCampaign"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/campaigns/{campaignId}/readiness": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example camp_019b8e0746007a1b2c3d4e5f6071 */
                readonly campaignId: components["parameters"]["CampaignId"];
            };
            readonly cookie?: never;
        };
        /**
         * May this campaign send, and if not, why not
         * @description `ready` is true when the brand is `VETTED`, the campaign `ACTIVE` and at least one number `VERIFIED`, and nothing
         *     is suspended. Otherwise `blockers` name what stands in the way, since when, and who has to act: `tenant` is you,
         *     `provider` the provider or a carrier, `operator` whoever runs this service, `platform` this service itself.
         *
         */
        readonly get: operations["getReadiness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/numbers:attach": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Attach a number to a campaign
         * @description Asks for the number as a sender of the campaign and answers at once; it becomes `ATTACHED` and then `VERIFIED`, or
         *     `FAILED` when the provider does not have it to give. The campaign need not be `ACTIVE` yet: the number waits. A
         *     failed or detached number can be attached again.
         *
         */
        readonly post: operations["attachNumber"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/numbers:detach": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Detach a number from its campaign
         * @description The number is `DETACHED` and free at once. It leaves the provider's sender pool a little later: until then the
         *     condition `ProviderDetached` is `False`, and a new attach of the number waits for it. Asking twice is no error.
         *
         */
        readonly post: operations["detachNumber"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/numbers/{e164}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The number in E.164. The `+` may be sent as it is or as `%2B`.
                 * @example +12025550123
                 */
                readonly e164: components["parameters"]["E164"];
            };
            readonly cookie?: never;
        };
        /**
         * Read a number's binding
         * @description The newest binding of the number. Without `campaignId` it is bound to none.
         */
        readonly get: operations["getNumber"];
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
        /**
         * List number bindings
         * @description The tenant's bindings, newest first, those that ended included.
         */
        readonly get: operations["listNumbers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List webhook endpoints
         * @description The tenant's endpoints, newest first, without their secrets.
         */
        readonly get: operations["listWebhooks"];
        readonly put?: never;
        /**
         * Register an endpoint for events
         * @description Events that happen from now on are delivered there. `secret` is shown in this answer only (and in its replays for
         *     24 hours): store it before anything else. Without `eventTypes` the endpoint gets the nine default types. A tenant
         *     may have 100 endpoints.
         *
         */
        readonly post: operations["createWebhook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        /**
         * Read a webhook endpoint
         * @description The endpoint without its secrets. `health` says how it does, and who has to act:
         *     - `healthy`: nobody.
         *     - `failing`: you. It has failed 10 times in a row or more, since `failingSince`; one event at a time is tried.
         *     - `disabled`: you. It answered 410 or asked to be switched off (`disabledReason`); resume it when it takes
         *       events again.
         *     - `paused`: you, when you want events again. You set `active` to false.
         *
         */
        readonly get: operations["getWebhook"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Remove a webhook endpoint
         * @description Nothing more is delivered there, events that are still owed included, and its deliveries can no longer be read. It
         *     cannot be taken back; to keep them, pause it instead.
         *
         */
        readonly delete: operations["deleteWebhook"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Edit, pause or resume a webhook endpoint
         * @description A JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)): a field that is left out stays, a list
         *     is replaced as a whole, `null` removes `description` and `rateLimit` and makes `timeoutSeconds` 5 again. A patch
         *     that changes nothing keeps the ETag.
         *     - `active: false` pauses: nothing is sent, and all that the endpoint is owed is kept for 30 days.
         *     - `active: true` resumes, also what was disabled: failures are forgotten, and what was kept is sent, oldest
         *       first. To begin with what comes next instead, `:skip` first.
         *     - Another `url` gets what is still owed, signed with the same secrets.
         *     - Other `eventTypes` count for events that happen from now on.
         *
         */
        readonly patch: operations["updateWebhook"];
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}:test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send a test event
         * @description Sends a `WebhookTest` event to this endpoint alone, whatever its `eventTypes`, through the very same delivery:
         *     signed, logged and, when it fails, tried again. An endpoint that is `failing` is tried at once. With
         *     `secretVersion` it is signed with that secret alone: so you see whether the receiver knows the new one before
         *     you revoke the old one.
         *
         */
        readonly post: operations["testWebhook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}:rotateSecret": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Give an endpoint a new secret
         * @description `secret` is shown in this answer only (and in its replays for 24 hours). Within 2 seconds every request is signed
         *     with it and, for `graceSeconds`, with the older ones as well, so that the receiver can change over at any moment
         *     in between. 0 ends the older ones, within 2 seconds too: for a secret that has leaked.
         *
         */
        readonly post: operations["rotateWebhookSecret"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}:revokeSecret": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * End an older secret at once
         * @description Within 2 seconds nothing is signed with it any more. The newest cannot be revoked: rotate with a grace of 0 instead.
         *
         */
        readonly post: operations["revokeWebhookSecret"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}:replay": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send events again
         * @description Sends again what this endpoint was owed and what is settled by now (delivered, dead or skipped), filtered: same
         *     bodies, ids and sequences, in order within each aggregate, beside the live events. It is a job that outlives
         *     this request; read its progress, or cancel it. An event that is on its way is not replayed: it comes by itself.
         *     Events that the endpoint was never owed are in `GET /events`.
         *
         *     With `dryRun` nothing is sent: the answer says how many events there would be. Events are kept for 30 days.
         *
         */
        readonly post: operations["replayWebhook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}:skip": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Give up the backlog
         * @description What this endpoint was owed before this moment and has not got is not sent any more; it becomes `skipped` and
         *     can be replayed for as long as it is kept. For an endpoint that is paused or disabled and shall begin with what
         *     comes next.
         *
         */
        readonly post: operations["skipWebhookBacklog"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}/jobs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        /**
         * List replays and skips
         * @description Jobs of the endpoint, newest first, those that have ended included.
         *
         */
        readonly get: operations["listWebhookJobs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}/jobs/{jobId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
                /** @example job_019b8e074600c7d8e9f0a1b2c3d4 */
                readonly jobId: components["parameters"]["JobId"];
            };
            readonly cookie?: never;
        };
        /**
         * Read a replay or skip
         * @description How far it is: `processed` of `selected` deliveries were gone through; `outstanding` of them are on their way.
         *
         */
        readonly get: operations["getWebhookJob"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}/jobs/{jobId}:cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
                /** @example job_019b8e074600c7d8e9f0a1b2c3d4 */
                readonly jobId: components["parameters"]["JobId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Stop a replay or skip
         * @description What it has put on its way is still delivered, what it has skipped stays skipped; nothing more follows.
         *
         */
        readonly post: operations["cancelWebhookJob"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}/deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        /**
         * List deliveries of an endpoint
         * @description What the endpoint was owed in the last 30 days and what became of it, newest first; of one aggregate by
         *     sequence.
         *
         */
        readonly get: operations["listDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}/deliveries/{eventId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
                /** @example evt_019b8e0746001c2d3e4f5a6b7c8d */
                readonly eventId: components["parameters"]["EventId"];
            };
            readonly cookie?: never;
        };
        /**
         * Read one delivery with its attempts
         * @description `attemptLog` has the attempts of the last 30 days, oldest first, the newest 100 at most: what was answered, how
         *     long each phase took, and where a failed one ended. Of the answer's body 1 KiB is kept, with what looks like an
         *     address, a number or a secret taken out.
         *
         */
        readonly get: operations["getDelivery"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}/deadLetters": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        /**
         * List dead letters of an endpoint
         * @description Events whose attempts are used up, newest first. You act next: mend the receiver, then redeliver them.
         *
         */
        readonly get: operations["listDeadLetters"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}/deadLetters:redeliver": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send dead letters again
         * @description A replay of dead letters only, filtered as `:replay` is; `{}` means all of them.
         *
         */
        readonly post: operations["redeliverDeadLetters"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/webhooks/{webhookId}/deadLetters/{eventId}:redeliver": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
                /** @example evt_019b8e0746001c2d3e4f5a6b7c8d */
                readonly eventId: components["parameters"]["EventId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send one dead letter again
         * @description With all its attempts anew, and before what is newer in its aggregate. On an endpoint that is paused or disabled
         *     it waits with the rest of the backlog.
         *
         */
        readonly post: operations["redeliverDeadLetter"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read events, or wait for them
         * @description Every event of the tenant in the order in which it was made known, of all types, whatever the endpoints asked
         *     for. Keep `nextCursor` and send it as `after`: no event is ever passed over, none comes twice, and the order
         *     never changes. With `wait` an empty answer is held back until something happens.
         *
         *     With `types` or `aggregateId` a page may be empty although there is more: go on as long as `nextCursor` moves.
         *
         */
        readonly get: operations["listEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/events/{eventId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example evt_019b8e0746001c2d3e4f5a6b7c8d */
                readonly eventId: components["parameters"]["EventId"];
            };
            readonly cookie?: never;
        };
        /**
         * Read an event and who has got it
         * @description The event as it was sent, and how far its delivery to each of your endpoints is.
         *
         */
        readonly get: operations["getEvent"];
        readonly put?: never;
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
         * @description Says nothing of the database; restart the process when it fails, not when `/readyz` does.
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
         * @description False while a dependency fails and from the moment a shutdown begins; send requests elsewhere then.
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
    readonly "/provider/twilio/callbacks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Status of a customer profile or trust product
         * @description Twilio posts here what became of a bundle. It is a hint: the bundle is read again, and nothing of the body is
         *     believed. Other parameters may come and are part of what is signed. Bound with A2P_PROVIDER=twilio alone.
         *
         */
        readonly post: operations["receiveTwilioCallback"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/provider/twilio/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Events of brands, campaigns and numbers
         * @description Twilio Event Streams post here: an array of CloudEvents, or one. Each id counts once. They are hints that
         *     something is to be read again; only what they say of a number's registration is kept, since nothing else
         *     tells of it. Bound with A2P_PROVIDER=twilio alone.
         *
         */
        readonly post: operations["receiveTwilioEvents"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/internal/number-holds/{e164}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The number in E.164. The `+` may be sent as it is or as `%2B`.
                 * @example +12025550123
                 */
                readonly e164: components["parameters"]["E164"];
            };
            readonly cookie?: never;
        };
        /**
         * Whether somebody still relies on a number
         * @description The provisioning service asks this before it releases a number. A number is held while a binding of it lives,
         *     whoever's it is, and after that until it is known to be out of the provider's sender pool. The answer names no
         *     tenant. It takes one token, `Authorization: Bearer <RELEASE_GUARD_TOKEN>`, which is no tenant's; without that
         *     setting the operation is not there.
         *
         */
        readonly get: operations["getNumberHold"];
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
export interface webhooks {
    readonly BrandVetted: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The brand is VETTED
         * @description Campaigns under it can go to the carriers now. Nobody has to act.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "BrandVetted";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "brand";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Ids that the provider gave, by name. */
                            readonly externalRefs: {
                                readonly [key: string]: string;
                            };
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly BrandRejected: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The brand is REJECTED
         * @description You act next. `data.reasons` say what to change; edit the brand and submit it again.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "BrandRejected";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "brand";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Why, one entry for each thing to mend. */
                            readonly reasons: readonly {
                                /** @description A constant for programs. */
                                readonly reason: string;
                                /** @description A sentence for people. */
                                readonly message: string;
                                /** @description The provider's own code. */
                                readonly code?: string;
                                /** @description Field of the spec to change. */
                                readonly field?: string;
                                /** @description What to do. */
                                readonly remediation?: string;
                            }[];
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly CampaignApproved: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The carriers approved the campaign
         * @description `CampaignActivated` follows when its messaging service is confirmed. Nobody has to act.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "CampaignApproved";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "campaign";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Ids that the provider gave, by name. */
                            readonly externalRefs: {
                                readonly [key: string]: string;
                            };
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly CampaignActivated: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The campaign is ACTIVE
         * @description `data.messagingServiceId` is the sender. You act next if no number is attached yet.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "CampaignActivated";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "campaign";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Messaging service to send through. */
                            readonly messagingServiceId: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly CampaignRejected: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The campaign is REJECTED
         * @description You act next. `data.reasons` say what to change; edit the campaign and submit it again.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "CampaignRejected";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "campaign";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Why, one entry for each thing to mend. */
                            readonly reasons: readonly {
                                /** @description A constant for programs. */
                                readonly reason: string;
                                /** @description A sentence for people. */
                                readonly message: string;
                                /** @description The provider's own code. */
                                readonly code?: string;
                                /** @description Field of the spec to change. */
                                readonly field?: string;
                                /** @description What to do. */
                                readonly remediation?: string;
                            }[];
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly NumberAttached: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The number is in the sender pool
         * @description Its registration with the carriers goes on; wait for `NumberVerified` before sending.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "NumberAttached";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "binding";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description This binding of the number; a number that is attached again gets another. */
                            readonly bindingId: string;
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The number in E.164. */
                            readonly e164: string;
                            /** @description Messaging service to send through. */
                            readonly messagingServiceId: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly NumberVerified: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The number is VERIFIED
         * @description It may send as soon as the campaign is ready; see `A2PReady`.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "NumberVerified";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "binding";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description This binding of the number; a number that is attached again gets another. */
                            readonly bindingId: string;
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The number in E.164. */
                            readonly e164: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly NumberAttachFailed: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The number could not be attached
         * @description You act next. `data.reasons` say why; attach it again once that is mended, or take another number.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "NumberAttachFailed";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "binding";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description This binding of the number; a number that is attached again gets another. */
                            readonly bindingId: string;
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The number in E.164. */
                            readonly e164: string;
                            /** @description Why, one entry for each thing to mend. */
                            readonly reasons: readonly {
                                /** @description A constant for programs. */
                                readonly reason: string;
                                /** @description A sentence for people. */
                                readonly message: string;
                                /** @description The provider's own code. */
                                readonly code?: string;
                                /** @description Field of the spec to change. */
                                readonly field?: string;
                                /** @description What to do. */
                                readonly remediation?: string;
                            }[];
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly A2PReady: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * SMS may be sent
         * @description Brand `VETTED`, campaign `ACTIVE`, and `data.numbers` are `VERIFIED`. Open the gate.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "A2PReady";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "campaign";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Verified numbers in E.164. */
                            readonly numbers: readonly string[];
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly BrandSubmitted: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The brand was submitted (opt-in)
         * @description The provider acts next.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "BrandSubmitted";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "brand";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Generation of the spec that was submitted. */
                            readonly generation: number;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly CampaignSubmitted: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The campaign was submitted (opt-in)
         * @description The provider and the carriers act next.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "CampaignSubmitted";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "campaign";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Generation of the spec that was submitted. */
                            readonly generation: number;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly CampaignSuspended: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The campaign, or its brand, was suspended (opt-in)
         * @description Stop sending. `data.reasons` say why and what to do.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "CampaignSuspended";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "campaign";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Why, one entry for each thing to mend. */
                            readonly reasons: readonly {
                                /** @description A constant for programs. */
                                readonly reason: string;
                                /** @description A sentence for people. */
                                readonly message: string;
                                /** @description The provider's own code. */
                                readonly code?: string;
                                /** @description Field of the spec to change. */
                                readonly field?: string;
                                /** @description What to do. */
                                readonly remediation?: string;
                            }[];
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly NumberAttachRequested: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * A number was asked for (opt-in)
         * @description The provider acts next.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "NumberAttachRequested";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "binding";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description This binding of the number; a number that is attached again gets another. */
                            readonly bindingId: string;
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The number in E.164. */
                            readonly e164: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly NumberDetached: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The number was detached (opt-in)
         * @description Nothing may be sent from it any more.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "NumberDetached";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "binding";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description This binding of the number; a number that is attached again gets another. */
                            readonly bindingId: string;
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The number in E.164. */
                            readonly e164: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly A2PNotReady: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * SMS may no longer be sent (opt-in)
         * @description What made the campaign ready is gone. Close the gate; `data.reasons` say why.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "A2PNotReady";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "campaign";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The campaign. */
                            readonly campaignId: string;
                            /** @description The brand. */
                            readonly brandId: string;
                            /** @description Why, one entry for each thing to mend. */
                            readonly reasons: readonly {
                                /** @description A constant for programs. */
                                readonly reason: string;
                                /** @description A sentence for people. */
                                readonly message: string;
                                /** @description The provider's own code. */
                                readonly code?: string;
                                /** @description Field of the spec to change. */
                                readonly field?: string;
                                /** @description What to do. */
                                readonly remediation?: string;
                            }[];
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly WebhookFailing: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * An endpoint of yours fails (opt-in)
         * @description You act next. It has failed 10 times in a row or more; mend the receiver. What it is owed is kept for 30 days.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "WebhookFailing";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "webhook";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The endpoint. */
                            readonly webhookId: string;
                            /**
                             * Format: date-time
                             * @description When it began to count as failing.
                             */
                            readonly since: string;
                            /** @description Attempts in a row that failed. */
                            readonly failures: number;
                            /** @description Status of the last answer; absent when none came. */
                            readonly lastStatus?: number;
                            /** @description Why the last attempt failed, as a constant such as timeout. */
                            readonly lastError?: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly WebhookRecovered: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * An endpoint of yours works again (opt-in)
         * @description It takes events again, or you resumed it. Nobody has to act; what it was owed is on its way.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "WebhookRecovered";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "webhook";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The endpoint. */
                            readonly webhookId: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly WebhookDisabled: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * An endpoint of yours was switched off (opt-in)
         * @description You act next. `data.reason` says why; resume it with `PATCH /webhooks/{webhookId}`, or remove it.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "WebhookDisabled";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "webhook";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The endpoint. */
                            readonly webhookId: string;
                            /** @description Why, in a sentence for people. */
                            readonly reason: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly WebhookTest: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * A test that you asked for
         * @description Sent to the one endpoint that was tested, also when it did not ask for this type. Answer it like any other event.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header: {
                    /**
                     * @description The event's type.
                     * @example BrandVetted
                     */
                    readonly "X-NMC-Event": components["parameters"]["NmcEvent"];
                    /**
                     * @description Same on every attempt and replay; do a thing once per id.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "X-NMC-EventId": components["parameters"]["NmcEventId"];
                    /**
                     * @description Counts the aggregate's events from 1.
                     * @example 2
                     */
                    readonly "X-NMC-Sequence": components["parameters"]["NmcSequence"];
                    /**
                     * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
                     * @example 1
                     */
                    readonly "X-NMC-Previous-Sequence": components["parameters"]["NmcPreviousSequence"];
                    /**
                     * @description What the event is about; events of one aggregate come in order.
                     * @example brand_019b8e0746003f9c2d1e4b5a6978
                     */
                    readonly "X-NMC-Aggregate-Id": components["parameters"]["NmcAggregateId"];
                    /**
                     * @description When this attempt was signed, in unix seconds.
                     * @example 1767614400
                     */
                    readonly "X-NMC-Timestamp": components["parameters"]["NmcTimestamp"];
                    /**
                     * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
                     * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
                     */
                    readonly "X-NMC-Signature": components["parameters"]["NmcSignature"];
                    /**
                     * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
                     * @example job_019b8e074600c7d8e9f0a1b2c3d4
                     */
                    readonly "X-NMC-Replay"?: components["parameters"]["NmcReplay"];
                    /**
                     * @description Same as `X-NMC-EventId`.
                     * @example evt_019b8e0746001c2d3e4f5a6b7c8d
                     */
                    readonly "webhook-id": components["parameters"]["WebhookIdHeader"];
                    /**
                     * @description Same as `X-NMC-Timestamp`.
                     * @example 1767614400
                     */
                    readonly "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                    /**
                     * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
                     * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
                     */
                    readonly "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                    /**
                     * @description W3C Trace Context of what caused the event, when it was traced.
                     * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
                     */
                    readonly traceparent?: components["parameters"]["Traceparent"];
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Same on every attempt and replay; do a thing once per id. */
                        readonly eventId: string;
                        /** @constant */
                        readonly type: "WebhookTest";
                        /** @description Whose event it is. */
                        readonly tenantId: string;
                        /**
                         * @description What kind of thing it happened to.
                         * @constant
                         */
                        readonly aggregateType: "webhook";
                        /** @description What it happened to; events of one aggregate come in order. */
                        readonly aggregateId: string;
                        /** @description Counts the aggregate's events from 1, without a gap. */
                        readonly sequence: number;
                        /**
                         * Format: date-time
                         * @description When it happened.
                         */
                        readonly timestamp: string;
                        readonly data: {
                            /** @description The endpoint. */
                            readonly webhookId: string;
                            /** @description The secret that alone signed it; absent when all live ones did. */
                            readonly secretVersion?: number;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description Nobody wants these events any more. The endpoint is switched off; what it is owed is kept. */
                readonly 410: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 429: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 502: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 503: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not so fast, or not now. The whole endpoint gets slower; `Retry-After` is honoured up to an hour. */
                readonly 504: {
                    headers: {
                        readonly "Retry-After": components["headers"]["RetryAfter"];
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Taken. Answer before doing the work; `timeoutSeconds` of the endpoint is all there is. */
                readonly "2XX": {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Anything else, a redirect included, is a failed attempt and is tried again. */
                readonly default: {
                    headers: {
                        readonly "webhook-delivery": components["headers"]["WebhookDelivery"];
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export interface components {
    schemas: {
        /** @enum {string} */
        readonly BrandPhase: "DRAFT" | "SUBMITTED" | "VETTED" | "REJECTED";
        /** @enum {string} */
        readonly CampaignPhase: "DRAFT" | "SUBMITTED" | "APPROVED" | "ACTIVE" | "REJECTED" | "SUSPENDED";
        /** @enum {string} */
        readonly BindingPhase: "REQUESTED" | "ATTACHED" | "VERIFIED" | "FAILED" | "DETACHED";
        /**
         * @description `STANDARD` is a company with an EIN; `SOLE_PROP` a sole proprietor without one.
         * @enum {string}
         */
        readonly BrandType: "STANDARD" | "SOLE_PROP";
        /** @constant */
        readonly UseCase: "CustomerCare.MissedCallRecovery";
        /**
         * @description The first nine are the default of an endpoint; the others have to be asked for. The last four are about your endpoints themselves; WebhookTest also reaches an endpoint that did not ask for it.
         * @enum {string}
         */
        readonly EventType: "BrandVetted" | "BrandRejected" | "CampaignApproved" | "CampaignActivated" | "CampaignRejected" | "NumberAttached" | "NumberVerified" | "NumberAttachFailed" | "A2PReady" | "BrandSubmitted" | "CampaignSubmitted" | "CampaignSuspended" | "NumberAttachRequested" | "NumberDetached" | "A2PNotReady" | "WebhookFailing" | "WebhookRecovered" | "WebhookDisabled" | "WebhookTest";
        /**
         * @description Who has to act next: you, the provider or a carrier, whoever runs this service, or this service itself.
         * @enum {string}
         */
        readonly Actor: "tenant" | "provider" | "operator" | "platform";
        readonly Id: string;
        /**
         * Format: date-time
         * @description A moment in ISO 8601, with its offset from UTC.
         */
        readonly Time: string;
        /** @description Place of an event among those of its aggregate. */
        readonly Sequence: number;
        readonly E164: string;
        /** @description A US phone number; however it is written, it is kept in E.164. */
        readonly Phone: string;
        /** @description One line of text. */
        readonly Line: string;
        /** @description Text of one or more lines. */
        readonly Text: string;
        /** Format: uri */
        readonly HttpsUrl: string;
        /** Format: email */
        readonly Email: string;
        /** @description Employer Identification Number. */
        readonly Ein: string;
        /** @description Two-letter state code. */
        readonly Region: string;
        readonly PostalCode: string;
        /** @description Where the business is, as registered. No PO box. */
        readonly Address: {
            readonly street: components["schemas"]["Line"];
            readonly street2?: components["schemas"]["Line"];
            readonly city: components["schemas"]["Line"];
            readonly region: components["schemas"]["Region"];
            readonly postalCode: components["schemas"]["PostalCode"];
            /** @constant */
            readonly country: "US";
        };
        /** @description The whole address, or null to remove it. */
        readonly AddressPatch: {
            readonly street: components["schemas"]["Line"];
            readonly street2?: string | null;
            readonly city: components["schemas"]["Line"];
            readonly region: components["schemas"]["Region"];
            readonly postalCode: components["schemas"]["PostalCode"];
            /** @constant */
            readonly country: "US";
        } | null;
        /** @description Whom the provider may ask about the business. */
        readonly Representative: {
            readonly firstName: components["schemas"]["Line"];
            readonly lastName: components["schemas"]["Line"];
            readonly email: components["schemas"]["Email"];
            readonly phone: components["schemas"]["Phone"];
            readonly title?: components["schemas"]["Line"];
            readonly jobPosition?: components["schemas"]["Line"];
        };
        /** @description The whole representative, or null to remove it. */
        readonly RepresentativePatch: {
            readonly firstName: components["schemas"]["Line"];
            readonly lastName: components["schemas"]["Line"];
            readonly email: components["schemas"]["Email"];
            readonly phone: components["schemas"]["Phone"];
            readonly title?: string | null;
            readonly jobPosition?: string | null;
        } | null;
        readonly CreateBrandRequest: {
            /** @constant */
            readonly country: "US";
            /** @default STANDARD */
            readonly brandType?: components["schemas"]["BrandType"];
            /** @description EIN. Required for `STANDARD`; a sole proprietor has none. Stored sealed, answered masked. */
            readonly taxId?: components["schemas"]["Ein"];
            /** @description The name exactly as registered with the IRS. */
            readonly legalName: components["schemas"]["Line"];
            /** @description The name customers know. `legalName` when left out. */
            readonly displayName?: components["schemas"]["Line"];
            /** @description Host of the business' website, such as `example.com`. Of a URL only the host is kept. */
            readonly websiteDomain: string;
            /** @description Where customers get help. */
            readonly supportEmail?: components["schemas"]["Email"];
            /** @description Where customers get help. */
            readonly supportPhone?: components["schemas"]["Phone"];
            /** @description The owner's mobile phone; a `SOLE_PROP` brand needs it to be submitted. */
            readonly mobilePhone?: components["schemas"]["Phone"];
            /** @description Legal form as the provider lists it. */
            readonly businessType?: components["schemas"]["Line"];
            /** @description Industry as the provider lists it. */
            readonly industry?: components["schemas"]["Line"];
            /** @description What the business does. */
            readonly description?: components["schemas"]["Text"];
            readonly address?: components["schemas"]["Address"];
            readonly representative?: components["schemas"]["Representative"];
        };
        readonly UpdateBrandRequest: {
            /** @constant */
            readonly country?: "US";
            readonly brandType?: components["schemas"]["BrandType"];
            readonly taxId?: string | null;
            readonly legalName?: components["schemas"]["Line"];
            readonly displayName?: string | null;
            readonly websiteDomain?: string;
            /** Format: email */
            readonly supportEmail?: string | null;
            readonly supportPhone?: string | null;
            readonly mobilePhone?: string | null;
            readonly businessType?: string | null;
            readonly industry?: string | null;
            readonly description?: string | null;
            readonly address?: components["schemas"]["AddressPatch"];
            readonly representative?: components["schemas"]["RepresentativePatch"];
        };
        /** @description What was asked for. */
        readonly BrandSpec: {
            /** @constant */
            readonly country: "US";
            readonly brandType: components["schemas"]["BrandType"];
            /** @description EIN; masked as `***-**6789` unless the token has the scope `pii`. */
            readonly taxId?: string;
            readonly legalName: string;
            readonly displayName: string;
            /** @description Host in lower case. */
            readonly websiteDomain: string;
            readonly supportEmail?: string;
            readonly supportPhone?: string;
            readonly mobilePhone?: string;
            readonly businessType?: string;
            readonly industry?: string;
            readonly description?: string;
            readonly address?: components["schemas"]["Address"];
            readonly representative?: components["schemas"]["Representative"];
        };
        readonly CreateCampaignRequest: {
            readonly brandId: components["schemas"]["Id"];
            /** @default CustomerCare.MissedCallRecovery */
            readonly useCase?: components["schemas"]["UseCase"];
            /** @description How people agree to be texted, every way there is. */
            readonly optInDescription: components["schemas"]["Text"];
            /** @description Messages as they will be sent, with the brand's name. Links in them must be on `linkDomains`. */
            readonly sampleMessages: readonly components["schemas"]["Text"][];
            readonly stopHelpText: components["schemas"]["StopHelpText"];
            /** @description Hosts of links in messages, as host or URL, all of them the brand's. No generic shorteners. */
            readonly linkDomains: readonly components["schemas"]["LinkDomain"][];
            /** @description What the messages are for. */
            readonly description?: components["schemas"]["Text"];
            readonly privacyPolicyUrl?: components["schemas"]["HttpsUrl"];
            readonly termsUrl?: components["schemas"]["HttpsUrl"];
            /** @description Replaces the text that is made of `optInDescription`. */
            readonly messageFlow?: components["schemas"]["Text"];
            /** @description Answer to HELP; replaces the one that is made of `stopHelpText`. */
            readonly helpMessage?: components["schemas"]["Text"];
            /** @description Answer to STOP; replaces the one that is made of `stopHelpText`. */
            readonly optOutMessage?: components["schemas"]["Text"];
        };
        /** @description How to opt out and to get help; says STOP and HELP. */
        readonly StopHelpText: string & (unknown & unknown);
        readonly LinkDomain: string;
        readonly UpdateCampaignRequest: {
            readonly useCase?: components["schemas"]["UseCase"];
            readonly optInDescription?: components["schemas"]["Text"];
            readonly sampleMessages?: readonly components["schemas"]["Text"][];
            readonly stopHelpText?: components["schemas"]["StopHelpText"];
            readonly linkDomains?: readonly components["schemas"]["LinkDomain"][];
            readonly description?: string | null;
            /** Format: uri */
            readonly privacyPolicyUrl?: string | null;
            /** Format: uri */
            readonly termsUrl?: string | null;
            readonly messageFlow?: string | null;
            readonly helpMessage?: string | null;
            readonly optOutMessage?: string | null;
        };
        /** @description What was asked for. */
        readonly CampaignSpec: {
            readonly useCase: components["schemas"]["UseCase"];
            readonly optInDescription: string;
            readonly sampleMessages: readonly string[];
            readonly stopHelpText: string;
            /** @description Hosts in lower case. */
            readonly linkDomains: readonly string[];
            readonly description?: string;
            readonly privacyPolicyUrl?: string;
            readonly termsUrl?: string;
            readonly messageFlow?: string;
            readonly helpMessage?: string;
            readonly optOutMessage?: string;
        };
        readonly AttachNumberRequest: {
            readonly campaignId: components["schemas"]["Id"];
            readonly e164: components["schemas"]["E164"];
        };
        readonly DetachNumberRequest: {
            readonly e164: components["schemas"]["E164"];
        };
        /** @description One thing that is true or not, and why. A type that is absent is not known yet. */
        readonly Condition: {
            /** @description What it is about, such as `ProviderDetached` or `Stalled`. */
            readonly type: string;
            /** @enum {string} */
            readonly status: "True" | "False";
            /** @description A constant for programs. */
            readonly reason: string;
            /** @description A sentence for people. */
            readonly message: string;
            /**
             * Format: date-time
             * @description When `status` last changed.
             */
            readonly lastTransitionTime: string;
            readonly actor?: components["schemas"]["Actor"];
            /** @description The provider's own code. */
            readonly code?: string;
            /** @description Field of the spec to change. */
            readonly field?: string;
            /** @description A page that says more. */
            readonly link?: string;
            /** @description What to do. */
            readonly remediation?: string;
        };
        /** @description Ids that the provider gave, by name. */
        readonly ExternalRefs: {
            readonly [key: string]: string;
        };
        /** @description How far it got. */
        readonly BrandStatus: {
            readonly phase: components["schemas"]["BrandPhase"];
            readonly conditions: readonly components["schemas"]["Condition"][];
            /** @description Counts the changes of the spec. */
            readonly generation: number;
            /** @description The generation that the provider has. */
            readonly observedGeneration: number;
            readonly externalRefs: components["schemas"]["ExternalRefs"];
        };
        /** @description How far it got. */
        readonly CampaignStatus: {
            readonly phase: components["schemas"]["CampaignPhase"];
            readonly conditions: readonly components["schemas"]["Condition"][];
            /** @description Counts the changes of the spec. */
            readonly generation: number;
            /** @description The generation that the provider has. */
            readonly observedGeneration: number;
            readonly externalRefs: components["schemas"]["ExternalRefs"];
        };
        /** @description How far it got. */
        readonly BindingStatus: {
            readonly phase: components["schemas"]["BindingPhase"];
            readonly conditions: readonly components["schemas"]["Condition"][];
            /** @description Counts the changes of the spec. */
            readonly generation: number;
            /** @description The generation that the provider has. */
            readonly observedGeneration: number;
            readonly externalRefs: components["schemas"]["ExternalRefs"];
        };
        readonly Brand: {
            readonly brandId: components["schemas"]["Id"];
            readonly spec: components["schemas"]["BrandSpec"];
            readonly status: components["schemas"]["BrandStatus"];
        };
        readonly BrandState: {
            readonly brandId: components["schemas"]["Id"];
            readonly status: components["schemas"]["BrandStatus"];
        };
        readonly Campaign: {
            readonly campaignId: components["schemas"]["Id"];
            readonly brandId: components["schemas"]["Id"];
            readonly spec: components["schemas"]["CampaignSpec"];
            readonly status: components["schemas"]["CampaignStatus"];
        };
        readonly CampaignState: {
            readonly campaignId: components["schemas"]["Id"];
            readonly status: components["schemas"]["CampaignStatus"];
        };
        readonly AttachedNumber: {
            readonly e164: components["schemas"]["E164"];
            readonly campaignId: components["schemas"]["Id"];
            readonly status: components["schemas"]["BindingStatus"];
        };
        readonly NumberHold: {
            readonly e164: components["schemas"]["E164"];
            /** @description True: do not release the number. */
            readonly held: boolean;
            /**
             * @description Why it is held; absent when it is not.
             * @enum {string}
             */
            readonly reason?: "NumberBound" | "NumberDetaching";
            /** @description What has to happen first; absent when it is not held. */
            readonly message?: string;
            /** @description The messaging service that the number was last meant for, where it probably still is. */
            readonly messagingServiceSid?: string;
        };
        readonly DetachedNumber: {
            readonly e164: components["schemas"]["E164"];
            readonly status: components["schemas"]["BindingStatus"];
        };
        readonly NumberBinding: {
            readonly e164: components["schemas"]["E164"];
            /** @description Absent when the number is bound to none. */
            readonly campaignId?: components["schemas"]["Id"];
            readonly status: components["schemas"]["BindingStatus"];
        };
        /** @description Send it as `cursor` for the next page. Absent on the last. */
        readonly NextCursor: string;
        readonly BrandList: {
            readonly items: readonly components["schemas"]["Brand"][];
            readonly nextCursor?: components["schemas"]["NextCursor"];
        };
        readonly CampaignList: {
            readonly items: readonly components["schemas"]["Campaign"][];
            readonly nextCursor?: components["schemas"]["NextCursor"];
        };
        readonly NumberList: {
            readonly items: readonly components["schemas"]["NumberBinding"][];
            readonly nextCursor?: components["schemas"]["NextCursor"];
        };
        readonly WebhookList: {
            readonly items: readonly components["schemas"]["Webhook"][];
            readonly nextCursor?: components["schemas"]["NextCursor"];
        };
        /** @description One thing that keeps the campaign from sending. */
        readonly Blocker: {
            /** @enum {string} */
            readonly resource: "brand" | "campaign" | "number";
            /** @description brandId, campaignId, or the number in E.164; campaignId when no number is attached. */
            readonly id: string;
            /** @description A constant for programs. */
            readonly reason: string;
            /** @description A sentence for people. */
            readonly message: string;
            /** Format: date-time */
            readonly since: string;
            readonly actor: components["schemas"]["Actor"];
        };
        readonly Readiness: {
            readonly ready: boolean;
            readonly blockers: readonly components["schemas"]["Blocker"][];
            readonly brand: components["schemas"]["BrandState"];
            readonly campaign: components["schemas"]["CampaignState"];
            readonly numbers: readonly components["schemas"]["DetachedNumber"][];
        };
        readonly CreateWebhookRequest: {
            /**
             * Format: uri
             * @description Where events are posted. `https`; plain `http` and private addresses only where the operator allows it.
             */
            readonly url: string;
            /** @description The nine default types when left out. */
            readonly eventTypes?: readonly components["schemas"]["EventType"][];
            /** @description For your own orientation. */
            readonly description?: components["schemas"]["Line"];
            /** @description Deliveries a second at most; no limit when left out. */
            readonly rateLimit?: number;
            /**
             * @description What one attempt may take, to the last byte of the answer.
             * @default 5
             */
            readonly timeoutSeconds?: number;
        };
        readonly UpdateWebhookRequest: {
            /** Format: uri */
            readonly url?: string;
            readonly eventTypes?: readonly components["schemas"]["EventType"][];
            /** @description False pauses; true resumes. */
            readonly active?: boolean;
            readonly description?: string | null;
            readonly rateLimit?: number | null;
            readonly timeoutSeconds?: number | null;
        };
        /** @enum {string} */
        readonly WebhookHealth: "healthy" | "failing" | "disabled" | "paused";
        /** @description What is known of a secret after it was shown. */
        readonly WebhookSecret: {
            /** @description Counts the secrets of the endpoint. */
            readonly version: number;
            /** Format: date-time */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description Its end; absent for the newest.
             */
            readonly expiresAt?: string;
        };
        readonly Webhook: {
            readonly webhookId: components["schemas"]["Id"];
            readonly url: string;
            readonly eventTypes: readonly components["schemas"]["EventType"][];
            readonly description?: string;
            /** @description Deliveries a second at most; absent when there is no limit. */
            readonly rateLimit?: number;
            /** @description What one attempt may take, to the last byte. */
            readonly timeoutSeconds: number;
            /** @description False when nothing is delivered any more. */
            readonly active: boolean;
            /** @description Why the service switched it off. */
            readonly disabledReason?: string;
            readonly health: components["schemas"]["WebhookHealth"];
            /**
             * Format: date-time
             * @description Since when it is `failing`.
             */
            readonly failingSince?: string;
            /** @description The live ones, newest first. */
            readonly secrets: readonly components["schemas"]["WebhookSecret"][];
            /** Format: date-time */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When its settings or secrets last changed.
             */
            readonly updatedAt: string;
        };
        readonly WebhookWithSecret: {
            readonly webhookId: components["schemas"]["Id"];
            readonly url: string;
            readonly eventTypes: readonly components["schemas"]["EventType"][];
            readonly description?: string;
            /** @description Deliveries a second at most; absent when there is no limit. */
            readonly rateLimit?: number;
            /** @description What one attempt may take, to the last byte. */
            readonly timeoutSeconds: number;
            /** @description False when nothing is delivered any more. */
            readonly active: boolean;
            /** @description Why the service switched it off. */
            readonly disabledReason?: string;
            readonly health: components["schemas"]["WebhookHealth"];
            /**
             * Format: date-time
             * @description Since when it is `failing`.
             */
            readonly failingSince?: string;
            /** @description Key of the signatures; its bytes are what follows `whsec_`, in base64. Shown once. */
            readonly secret: string;
            /** @description The live ones, newest first. */
            readonly secrets: readonly components["schemas"]["WebhookSecret"][];
            /** Format: date-time */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When its settings or secrets last changed.
             */
            readonly updatedAt: string;
        };
        readonly TestWebhookRequest: {
            /** @description Sign with this live secret alone; with all of them when left out. */
            readonly secretVersion?: number;
        };
        readonly EventRef: {
            readonly eventId: components["schemas"]["Id"];
        };
        readonly RotateSecretRequest: {
            /**
             * @description How long older secrets live on, in seconds; a day when left out, a week at most, 0 to end them now.
             * @default 86400
             */
            readonly graceSeconds?: number;
        };
        readonly RotatedSecret: {
            /** @description Key of the signatures; its bytes are what follows `whsec_`, in base64. Shown once. */
            readonly secret: string;
            readonly version: number;
            readonly secrets: readonly components["schemas"]["WebhookSecret"][];
        };
        readonly RevokeSecretRequest: {
            readonly version: number;
        };
        readonly WebhookSecrets: {
            /** @description The live ones, newest first. */
            readonly secrets: readonly components["schemas"]["WebhookSecret"][];
        };
        /** @enum {string} */
        readonly SettledState: "delivered" | "dead" | "skipped";
        /**
         * @description `dead`: its attempts are used up, see deadLetters. `skipped`: given up on without being sent.
         * @enum {string}
         */
        readonly DeliveryState: "pending" | "delivered" | "dead" | "skipped";
        /**
         * @description `tenant`: you skipped it. `expired`: it was kept for 30 days, and nobody took it.
         * @enum {string}
         */
        readonly SkipReason: "tenant" | "expired";
        readonly ReplayRequest: {
            /** @description Only events from then on; 30 days back at most. */
            readonly since?: components["schemas"]["Time"];
            /** @description Only events that happened before. */
            readonly until?: components["schemas"]["Time"];
            /** @description Only events of this aggregate. */
            readonly aggregateId?: components["schemas"]["Id"];
            /** @description First sequence; needs `aggregateId`. */
            readonly fromSequence?: components["schemas"]["Sequence"];
            /** @description Last sequence; needs `aggregateId`. */
            readonly toSequence?: components["schemas"]["Sequence"];
            /** @description Only events of these types. */
            readonly eventTypes?: readonly components["schemas"]["EventType"][];
            /** @description Only what ended so; all three when left out. */
            readonly states?: readonly components["schemas"]["SettledState"][];
            /**
             * @description Count only.
             * @default false
             */
            readonly dryRun?: boolean;
        };
        readonly RedeliverRequest: {
            /** @description Only events from then on; 30 days back at most. */
            readonly since?: components["schemas"]["Time"];
            /** @description Only events that happened before. */
            readonly until?: components["schemas"]["Time"];
            /** @description Only events of this aggregate. */
            readonly aggregateId?: components["schemas"]["Id"];
            /** @description First sequence; needs `aggregateId`. */
            readonly fromSequence?: components["schemas"]["Sequence"];
            /** @description Last sequence; needs `aggregateId`. */
            readonly toSequence?: components["schemas"]["Sequence"];
            /** @description Only events of these types. */
            readonly eventTypes?: readonly components["schemas"]["EventType"][];
        };
        readonly ReplayCount: {
            readonly selected: number;
        };
        /** @description As it was asked for. */
        readonly ReplayFilter: {
            /** Format: date-time */
            readonly since?: string;
            /** Format: date-time */
            readonly until?: string;
            readonly aggregateId?: components["schemas"]["Id"];
            readonly fromSequence?: number;
            readonly toSequence?: number;
            readonly eventTypes?: readonly components["schemas"]["EventType"][];
            readonly states?: readonly components["schemas"]["SettledState"][];
        };
        readonly WebhookJob: {
            readonly jobId: components["schemas"]["Id"];
            /** @enum {string} */
            readonly kind: "replay" | "skip";
            /** @enum {string} */
            readonly state: "running" | "done" | "cancelled";
            readonly filter: components["schemas"]["ReplayFilter"];
            /** @description Deliveries that it was asked for. */
            readonly selected: number;
            /** @description How many of them it has gone through. */
            readonly processed: number;
            /** @description Those put on their way and not settled yet. */
            readonly outstanding: number;
            /** Format: date-time */
            readonly createdAt: string;
            /** Format: date-time */
            readonly finishedAt?: string;
        };
        readonly WebhookJobList: {
            readonly items: readonly components["schemas"]["WebhookJob"][];
            readonly nextCursor?: components["schemas"]["NextCursor"];
        };
        readonly Delivery: {
            readonly eventId: components["schemas"]["Id"];
            /** @description Absent once the event itself is no longer kept. */
            readonly type?: components["schemas"]["EventType"];
            readonly aggregateId: components["schemas"]["Id"];
            readonly sequence: number;
            readonly state: components["schemas"]["DeliveryState"];
            /** @description How often it was tried, replays included. */
            readonly attempts: number;
            /** @description Of the event owed before; 0 if none. */
            readonly previousSequence: number;
            /** @description Status of the last answer. */
            readonly lastStatus?: number;
            /** @description Why the last attempt failed, as a constant such as `timeout`. */
            readonly lastError?: string;
            /**
             * Format: date-time
             * @description When it was delivered, given up on or skipped.
             */
            readonly settledAt?: string;
            /**
             * Format: date-time
             * @description When it became a dead letter.
             */
            readonly deadAt?: string;
            /**
             * Format: date-time
             * @description When it is tried next, at the earliest. Absent while an older event of its aggregate comes first, or the endpoint is not active.
             */
            readonly nextAttemptAt?: string;
            /** @description The job that sends or sent it again. */
            readonly replay?: string;
            readonly skipReason?: components["schemas"]["SkipReason"];
            /**
             * Format: date-time
             * @description When the event happened.
             */
            readonly createdAt: string;
        };
        readonly DeliveryList: {
            readonly items: readonly components["schemas"]["Delivery"][];
            readonly nextCursor?: components["schemas"]["NextCursor"];
        };
        readonly DeliveryDetail: {
            readonly eventId: components["schemas"]["Id"];
            /** @description Absent once the event itself is no longer kept. */
            readonly type?: components["schemas"]["EventType"];
            readonly aggregateId: components["schemas"]["Id"];
            readonly sequence: number;
            readonly state: components["schemas"]["DeliveryState"];
            /** @description How often it was tried, replays included. */
            readonly attempts: number;
            /** @description Of the event owed before; 0 if none. */
            readonly previousSequence: number;
            /** @description Status of the last answer. */
            readonly lastStatus?: number;
            /** @description Why the last attempt failed, as a constant such as `timeout`. */
            readonly lastError?: string;
            /**
             * Format: date-time
             * @description When it was delivered, given up on or skipped.
             */
            readonly settledAt?: string;
            /**
             * Format: date-time
             * @description When it became a dead letter.
             */
            readonly deadAt?: string;
            /**
             * Format: date-time
             * @description When it is tried next, at the earliest. Absent while an older event of its aggregate comes first, or the endpoint is not active.
             */
            readonly nextAttemptAt?: string;
            /** @description The job that sends or sent it again. */
            readonly replay?: string;
            readonly skipReason?: components["schemas"]["SkipReason"];
            /**
             * Format: date-time
             * @description When the event happened.
             */
            readonly createdAt: string;
            readonly attemptLog: readonly components["schemas"]["DeliveryAttempt"][];
        };
        readonly DeliveryAttempt: {
            readonly number: number;
            /** Format: date-time */
            readonly attemptedAt: string;
            /**
             * @description What it meant for the event.
             * @enum {string}
             */
            readonly outcome: "delivered" | "retry" | "dead";
            /** @description Status of the answer; absent when none came. */
            readonly status?: number;
            /** @description Why it failed, as a constant such as `timeout`. */
            readonly error?: string;
            /**
             * @description Where a failed attempt ended.
             * @enum {string}
             */
            readonly stage?: "dns" | "connect" | "tls" | "request" | "response";
            /** @description IP address that was spoken to. */
            readonly address?: string;
            /** @description The whole attempt, in milliseconds. */
            readonly durationMs: number;
            /** @description How long each step took, in milliseconds; a step that was not needed or not reached is absent. */
            readonly phases: {
                readonly dnsMs?: number;
                readonly connectMs?: number;
                readonly tlsMs?: number;
                /** @description From the connection to the first byte. */
                readonly firstByteMs?: number;
            };
            /** @description Beginning of the answer, made safe to show. */
            readonly response?: string;
            /** @description The job that sent it again. */
            readonly replay?: string;
        };
        /** @description An event as it was sent; `data` depends on its type, see the webhooks of this contract. */
        readonly Event: {
            readonly eventId: components["schemas"]["Id"];
            readonly type: components["schemas"]["EventType"];
            readonly tenantId: string;
            /** @enum {string} */
            readonly aggregateType: "brand" | "campaign" | "binding" | "webhook";
            readonly aggregateId: components["schemas"]["Id"];
            readonly sequence: number;
            /** Format: date-time */
            readonly timestamp: string;
            readonly data: {
                readonly [key: string]: unknown;
            };
        };
        readonly EventList: {
            readonly items: readonly components["schemas"]["Event"][];
            /** @description Send it as `after` to go on. Always there, also when nothing happened. */
            readonly nextCursor: string;
        };
        readonly EventDelivery: {
            readonly webhookId: components["schemas"]["Id"];
            readonly state: components["schemas"]["DeliveryState"];
            /** @description How often it was tried, replays included. */
            readonly attempts: number;
            /** @description Of the event owed before; 0 if none. */
            readonly previousSequence: number;
            /** @description Status of the last answer. */
            readonly lastStatus?: number;
            /** @description Why the last attempt failed, as a constant such as `timeout`. */
            readonly lastError?: string;
            /**
             * Format: date-time
             * @description When it was delivered, given up on or skipped.
             */
            readonly settledAt?: string;
            /**
             * Format: date-time
             * @description When it became a dead letter.
             */
            readonly deadAt?: string;
            /**
             * Format: date-time
             * @description When it is tried next, at the earliest. Absent while an older event of its aggregate comes first, or the endpoint is not active.
             */
            readonly nextAttemptAt?: string;
            /** @description The job that sends or sent it again. */
            readonly replay?: string;
            readonly skipReason?: components["schemas"]["SkipReason"];
        };
        readonly EventDetail: {
            readonly event: components["schemas"]["Event"];
            readonly deliveries: readonly components["schemas"]["EventDelivery"][];
        };
        readonly FieldError: {
            /** @description Path of the field, such as `sampleMessages[0]`, `query.limit`, `path.e164` or `header.if-match`. */
            readonly field: string;
            /** @description What would make it right. Never repeats the value. */
            readonly message: string;
        };
        readonly Error: {
            readonly error: {
                /** @enum {string} */
                readonly code: "ValidationError" | "ConflictError" | "NotFound" | "Unauthorized" | "Forbidden" | "PreconditionFailed" | "RateLimited" | "Internal";
                /** @description A sentence for people. */
                readonly message: string;
                /** @description Depends on the error; new members may come. */
                readonly details: {
                    readonly correlationId: string;
                    readonly fields?: readonly components["schemas"]["FieldError"][];
                    readonly phase?: string;
                    readonly brandId?: string;
                    readonly campaignId?: string;
                    readonly activeCampaignId?: string;
                    readonly sameCampaign?: boolean;
                    /** @description The field that cannot change. */
                    readonly field?: string;
                    readonly scope?: string;
                } & {
                    readonly [key: string]: unknown;
                };
            };
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
        readonly ProviderEvent: {
            readonly specversion?: string;
            readonly id?: string;
            readonly type?: string;
            readonly time?: string;
            readonly data?: {
                readonly [key: string]: unknown;
            };
        } & {
            readonly [key: string]: unknown;
        };
    };
    responses: {
        /** @description The body is not JSON, or a header or the address is malformed. You act next; nothing was done. */
        readonly Malformed: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description No token, or one that is unknown or revoked. Get a live token. */
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
        /** @description The token lacks a scope; `details.scope` names it. Use a token that has it. */
        readonly Forbidden: {
            headers: {
                readonly "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description It does not exist, or belongs to another tenant. Check the id. */
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
        /** @description What `If-Match` names has moved on. Read it again, decide again, send the new ETag. */
        readonly PreconditionFailed: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body has more than 64 KiB. Shorten the texts. */
        readonly TooLarge: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body has a content type that this route does not take. */
        readonly UnsupportedMediaType: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Every field at fault is listed at once. You act next; nothing was done. */
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
        /** @description The tenant sends faster than it may. Wait `Retry-After` seconds. */
        readonly RateLimited: {
            headers: {
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A fault of ours. Whether the request was carried out is not known; the same `Idempotency-Key` may be sent again. */
        readonly Internal: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description We cannot serve right now. Wait `Retry-After` seconds and send the same again, with the same `Idempotency-Key`. */
        readonly Unavailable: {
            headers: {
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Noted, or of no use. Nothing more is to be sent. */
        readonly ProviderHeard: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /** @description There is no signature, or the body is no JSON. */
        readonly ProviderUnsigned: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Signed by nobody we know, or of another account. PUBLIC_URL and the auth token have to be what the provider has. */
        readonly ProviderForged: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The body has more than 256 KiB or more than 1000 parameters. */
        readonly ProviderTooLarge: {
            headers: {
                readonly "Correlation-Id": components["headers"]["CorrelationId"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        /** @example brand_019b8e0746003f9c2d1e4b5a6978 */
        readonly BrandId: components["schemas"]["Id"];
        /** @example camp_019b8e0746007a1b2c3d4e5f6071 */
        readonly CampaignId: components["schemas"]["Id"];
        /** @example whk_019b8e074600a1b2c3d4e5f60718 */
        readonly WebhookId: components["schemas"]["Id"];
        /** @example job_019b8e074600c7d8e9f0a1b2c3d4 */
        readonly JobId: components["schemas"]["Id"];
        /** @example evt_019b8e0746001c2d3e4f5a6b7c8d */
        readonly EventId: components["schemas"]["Id"];
        /**
         * @description The number in E.164. The `+` may be sent as it is or as `%2B`.
         * @example +12025550123
         */
        readonly E164: components["schemas"]["E164"];
        /** @description Most items on the page. */
        readonly Limit: number;
        /** @description `nextCursor` of the page before. Its content is not for you to read. */
        readonly Cursor: string;
        /**
         * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
         * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
         */
        readonly IdempotencyKey: string;
        /**
         * @description `ETag` of the version that you have seen. Optional, recommended; `*` stands for any version.
         * @example "3"
         */
        readonly IfMatch: string;
        /**
         * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
         * @example 4f6c2a1e
         */
        readonly CorrelationId: string;
        /**
         * @description The event's type.
         * @example BrandVetted
         */
        readonly NmcEvent: components["schemas"]["EventType"];
        /**
         * @description Same on every attempt and replay; do a thing once per id.
         * @example evt_019b8e0746001c2d3e4f5a6b7c8d
         */
        readonly NmcEventId: string;
        /**
         * @description Counts the aggregate's events from 1.
         * @example 2
         */
        readonly NmcSequence: number;
        /**
         * @description Sequence of the event that this endpoint was owed before, of this aggregate; 0 when there was none. Did another one arrive last, there is a gap: a dead letter, or something skipped. Events of types that the endpoint did not ask for do not count.
         * @example 1
         */
        readonly NmcPreviousSequence: number;
        /**
         * @description What the event is about; events of one aggregate come in order.
         * @example brand_019b8e0746003f9c2d1e4b5a6978
         */
        readonly NmcAggregateId: string;
        /**
         * @description When this attempt was signed, in unix seconds.
         * @example 1767614400
         */
        readonly NmcTimestamp: number;
        /**
         * @description `v1=` and HMAC-SHA256 in hex over timestamp, `.` and body, one for each live secret; then `v2=` and the same over id, timestamp, aggregate, sequence, previous sequence, type and body (see Webhooks above). Comma separated.
         * @example v1=6f1d2f0c9b8a7e6d5c4b3a29181706f5e4d3c2b1a0918273645546372819a0b1,v2=0b1c2d3e4f5061728394a5b6c7d8e9f00f1e2d3c4b5a69788796a5b4c3d2e1f0
         */
        readonly NmcSignature: string;
        /**
         * @description The job that sends the event again; absent otherwise. Not signed, for your information only.
         * @example job_019b8e074600c7d8e9f0a1b2c3d4
         */
        readonly NmcReplay: string;
        /**
         * @description Same as `X-NMC-EventId`.
         * @example evt_019b8e0746001c2d3e4f5a6b7c8d
         */
        readonly WebhookIdHeader: string;
        /**
         * @description Same as `X-NMC-Timestamp`.
         * @example 1767614400
         */
        readonly WebhookTimestampHeader: number;
        /**
         * @description Standard Webhooks: `v1,` and HMAC-SHA256 in base64 over id, timestamp and body; space separated.
         * @example v1,bx0vDJuKfm1cSzopGBcG9eTTwrGgkYJzZFVGNygZoLE=
         */
        readonly WebhookSignatureHeader: string;
        /**
         * @description W3C Trace Context of what caused the event, when it was traced.
         * @example 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
         */
        readonly Traceparent: string;
        /**
         * @description Over the URL under PUBLIC_URL and the body, by the account's auth token. Without it 400.
         * @example RSOYDt4T1cUTdK1PDd93/VVr8B8=
         */
        readonly TwilioSignature: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Version of what is answered; send it back as `If-Match` with an edit.
         * @example "3"
         */
        readonly ETag: string;
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
         * @description Where what was created can be read.
         * @example /v1/brands/brand_019b8e0746003f9c2d1e4b5a6978
         */
        readonly Location: string;
        /**
         * @description Seconds to wait before trying again.
         * @example 1
         */
        readonly RetryAfter: number;
        /**
         * @description `disable` switches the endpoint off, as 410 does; `abort-message` sets this event aside as a dead letter. It says nothing beside a 2xx.
         * @example abort-message
         */
        readonly WebhookDelivery: "disable" | "abort-message";
        /**
         * @description What is left: `r` requests; `t` seconds until the full quota is back.
         * @example "tenant";r=998;t=1
         */
        readonly RateLimit: string;
        /**
         * @description The quota: `q` requests in a window of `w` seconds.
         * @example "tenant";q=1000;w=2
         */
        readonly RateLimitPolicy: string;
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
    readonly listBrands: {
        readonly parameters: {
            readonly query?: {
                /** @description Only brands in this phase. */
                readonly phase?: components["schemas"]["BrandPhase"];
                /** @description Most items on the page. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description `nextCursor` of the page before. Its content is not for you to read. */
                readonly cursor?: components["parameters"]["Cursor"];
            };
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page. Without `nextCursor` it is the last. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["BrandList"];
                };
            };
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly createBrand: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CreateBrandRequest"];
            };
        };
        readonly responses: {
            /** @description The brand existed already; it has now the spec that was sent. */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Brand"];
                };
            };
            /** @description The brand is stored as DRAFT. You act next, with `:submit`. */
            readonly 201: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Brand"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            /** @description The brand exists with another spec and is `SUBMITTED` or `VETTED`: `details.brandId` and `details.phase` say
             *     which and where it stands. Nobody has to act; work with that brand, or wait until it is `REJECTED` to edit
             *     it. Also, as on every POST: the `Idempotency-Key` was used with another body, or its first request is still
             *     running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getBrand: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example brand_019b8e0746003f9c2d1e4b5a6978 */
                readonly brandId: components["parameters"]["BrandId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The brand. */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Brand"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly updateBrand: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description `ETag` of the version that you have seen. Optional, recommended; `*` stands for any version.
                 * @example "3"
                 */
                readonly "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example brand_019b8e0746003f9c2d1e4b5a6978 */
                readonly brandId: components["parameters"]["BrandId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/merge-patch+json": components["schemas"]["UpdateBrandRequest"];
                readonly "application/json": components["schemas"]["UpdateBrandRequest"];
            };
        };
        readonly responses: {
            /** @description The brand with its new spec. You act next, with `:submit`. */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Brand"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description The brand is `SUBMITTED` or `VETTED` (the provider acts next: wait), or the patch changes `country` or `taxId`
             *     after the first submit (create another brand), or gives a `taxId` that another of your brands has. Without
             *     `If-Match` also: somebody else edited it in the same moment; read it and try again.
             *      */
            readonly 409: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            readonly 412: components["responses"]["PreconditionFailed"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly submitBrand: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `ETag` of the version that you have seen. Optional, recommended; `*` stands for any version.
                 * @example "3"
                 */
                readonly "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example brand_019b8e0746003f9c2d1e4b5a6978 */
                readonly brandId: components["parameters"]["BrandId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Submitted. The provider acts next. */
            readonly 202: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["BrandState"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description The brand is `SUBMITTED` already (the provider acts next: wait) or `VETTED` (nothing is left to do);
             *     `details.phase` says which. Also: the `Idempotency-Key` was used with another body, or its first request is
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
            readonly 412: components["responses"]["PreconditionFailed"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            /** @description The spec lacks what the provider requires; every missing field is listed. You act next: `PATCH` the brand
             *     and submit again.
             *      */
            readonly 422: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listCampaigns: {
        readonly parameters: {
            readonly query?: {
                /** @description Only campaigns in this phase. */
                readonly phase?: components["schemas"]["CampaignPhase"];
                /** @description Only campaigns of this brand. */
                readonly brandId?: components["schemas"]["Id"];
                /** @description Most items on the page. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description `nextCursor` of the page before. Its content is not for you to read. */
                readonly cursor?: components["parameters"]["Cursor"];
            };
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page. Without `nextCursor` it is the last. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CampaignList"];
                };
            };
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly createCampaign: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CreateCampaignRequest"];
            };
        };
        readonly responses: {
            /** @description The campaign is stored as DRAFT. You act next, with `:submit`. */
            readonly 201: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Campaign"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyConflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            /** @description A field is missing or breaks a rule: no STOP or HELP, no sample message, a link shortener, or a link domain
             *     that is not the brand's. You act next: mend the fields named in `details.fields`.
             *      */
            readonly 422: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getCampaign: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example camp_019b8e0746007a1b2c3d4e5f6071 */
                readonly campaignId: components["parameters"]["CampaignId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The campaign. */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Campaign"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly updateCampaign: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description `ETag` of the version that you have seen. Optional, recommended; `*` stands for any version.
                 * @example "3"
                 */
                readonly "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example camp_019b8e0746007a1b2c3d4e5f6071 */
                readonly campaignId: components["parameters"]["CampaignId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/merge-patch+json": components["schemas"]["UpdateCampaignRequest"];
                readonly "application/json": components["schemas"]["UpdateCampaignRequest"];
            };
        };
        readonly responses: {
            /** @description The campaign with its new spec. You act next, with `:submit`. */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Campaign"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description The campaign is neither `DRAFT` nor `REJECTED`; `details.phase` says where it stands. While it is `SUBMITTED`
             *     the carriers act next: wait. Without `If-Match` also: somebody else edited it in the same moment; read it
             *     and try again.
             *      */
            readonly 409: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            readonly 412: components["responses"]["PreconditionFailed"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly submitCampaign: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `ETag` of the version that you have seen. Optional, recommended; `*` stands for any version.
                 * @example "3"
                 */
                readonly "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example camp_019b8e0746007a1b2c3d4e5f6071 */
                readonly campaignId: components["parameters"]["CampaignId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Submitted. The provider and the carriers act next. */
            readonly 202: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CampaignState"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description The brand has an `ACTIVE` campaign of this use case already: `details.activeCampaignId` names it; use that one. Or
             *     the campaign is neither `DRAFT` nor `REJECTED`: `details.phase` says where it stands; while it is `SUBMITTED`
             *     the carriers act next. Also: the `Idempotency-Key` was used with another body, or its first request is still
             *     running (`Retry-After`).
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
            readonly 412: components["responses"]["PreconditionFailed"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            /** @description The spec lacks what the provider requires; every missing field is listed. You act next: `PATCH` the campaign
             *     and submit again.
             *      */
            readonly 422: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getReadiness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example camp_019b8e0746007a1b2c3d4e5f6071 */
                readonly campaignId: components["parameters"]["CampaignId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer as of now. The events `A2PReady` and `A2PNotReady` tell of changes. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Readiness"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly attachNumber: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AttachNumberRequest"];
            };
        };
        readonly responses: {
            /** @description Requested. The provider acts next. */
            readonly 202: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AttachedNumber"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description The number is bound already. When the binding is yours, `details.sameCampaign` says whether it is the one you
             *     asked for (then nothing is left to do) or another campaign's (`:detach` it there first). Otherwise somebody
             *     else holds it; who is not revealed, and the holder has to detach it. Also: the `Idempotency-Key` was used with
             *     another body, or its first request is still running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly detachNumber: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["DetachNumberRequest"];
            };
        };
        readonly responses: {
            /** @description Detached. Nobody has to act. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DetachedNumber"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["KeyConflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getNumber: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /**
                 * @description The number in E.164. The `+` may be sent as it is or as `%2B`.
                 * @example +12025550123
                 */
                readonly e164: components["parameters"]["E164"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The binding. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NumberBinding"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listNumbers: {
        readonly parameters: {
            readonly query?: {
                /** @description Only bindings in this phase. */
                readonly phase?: components["schemas"]["BindingPhase"];
                /** @description Only bindings of this campaign. */
                readonly campaignId?: components["schemas"]["Id"];
                /** @description Most items on the page. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description `nextCursor` of the page before. Its content is not for you to read. */
                readonly cursor?: components["parameters"]["Cursor"];
            };
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page. Without `nextCursor` it is the last. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NumberList"];
                };
            };
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listWebhooks: {
        readonly parameters: {
            readonly query?: {
                /** @description Most items on the page. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description `nextCursor` of the page before. Its content is not for you to read. */
                readonly cursor?: components["parameters"]["Cursor"];
            };
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page. Without `nextCursor` it is the last. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookList"];
                };
            };
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly createWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CreateWebhookRequest"];
            };
        };
        readonly responses: {
            /** @description Registered. You act next, by storing the secret; `:test` sends an event to try it out. */
            readonly 201: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            /** @description There are 100 endpoints already: remove one that is no longer needed. Also: the `Idempotency-Key` was used with
             *     another body, or its first request is still running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The endpoint. */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly deleteWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Removed. */
            readonly 204: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly updateWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description `ETag` of the version that you have seen. Optional, recommended; `*` stands for any version.
                 * @example "3"
                 */
                readonly "If-Match"?: components["parameters"]["IfMatch"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/merge-patch+json": components["schemas"]["UpdateWebhookRequest"];
                readonly "application/json": components["schemas"]["UpdateWebhookRequest"];
            };
        };
        readonly responses: {
            /** @description The endpoint as it is now. Nobody has to act. */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description A `:skip` is still giving up the backlog, so the endpoint cannot be resumed: wait until its job has ended,
             *     or cancel it.
             *      */
            readonly 409: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Error"];
                };
            };
            readonly 412: components["responses"]["PreconditionFailed"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly testWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["TestWebhookRequest"];
            };
        };
        readonly responses: {
            /** @description Under way. Read what became of it at `GET /webhooks/{webhookId}/deliveries/{eventId}`. */
            readonly 202: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventRef"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description The endpoint is paused or disabled: resume it with `PATCH {"active": true}` first. Also: the
             *     `Idempotency-Key` was used with another body, or its first request is still running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly rotateWebhookSecret: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["RotateSecretRequest"];
            };
        };
        readonly responses: {
            /** @description Rotated. You act next, by giving the secret to the receiver before the older ones expire. */
            readonly 201: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description 5 secrets live already (`details.versions`): revoke one that no receiver needs any more, or take a grace of
             *     0. Also: the `Idempotency-Key` was used with another body, or its first request is still running
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly revokeWebhookSecret: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RevokeSecretRequest"];
            };
        };
        readonly responses: {
            /** @description Revoked. These live on. Nobody has to act. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookSecrets"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description It is the newest secret: rotate first. Also: the `Idempotency-Key` was used with another body, or its first
             *     request is still running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly replayWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        readonly responses: {
            /** @description With `dryRun`: how many events a replay would send now. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReplayCount"];
                };
            };
            /** @description Under way, as a job. Read it at `GET /webhooks/{webhookId}/jobs/{jobId}`. */
            readonly 202: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookJob"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description 5 jobs of this endpoint are running: wait until one has ended, or cancel one. Also: the `Idempotency-Key`
             *     was used with another body, or its first request is still running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly skipWebhookBacklog: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Under way, as a job. You act next: resume the endpoint when the job is `done`. */
            readonly 202: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookJob"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description The backlog is being skipped already (`details.jobId`): wait for that job, or cancel it. Also: the
             *     `Idempotency-Key` was used with another body, or its first request is still running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listWebhookJobs: {
        readonly parameters: {
            readonly query?: {
                /** @description Most items on the page. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description `nextCursor` of the page before. Its content is not for you to read. */
                readonly cursor?: components["parameters"]["Cursor"];
            };
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page. Without `nextCursor` it is the last. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookJobList"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getWebhookJob: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
                /** @example job_019b8e074600c7d8e9f0a1b2c3d4 */
                readonly jobId: components["parameters"]["JobId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The job. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookJob"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly cancelWebhookJob: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
                /** @example job_019b8e074600c7d8e9f0a1b2c3d4 */
                readonly jobId: components["parameters"]["JobId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Cancelled. Nobody has to act. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookJob"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description It has ended already; there is nothing to stop. Also: the `Idempotency-Key` was used with another body, or
             *     its first request is still running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listDeliveries: {
        readonly parameters: {
            readonly query?: {
                /** @description Only events of this aggregate. */
                readonly aggregateId?: components["schemas"]["Id"];
                /** @description Most items on the page. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description `nextCursor` of the page before. Its content is not for you to read. */
                readonly cursor?: components["parameters"]["Cursor"];
            };
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page. Without `nextCursor` it is the last. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeliveryList"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getDelivery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
                /** @example evt_019b8e0746001c2d3e4f5a6b7c8d */
                readonly eventId: components["parameters"]["EventId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The delivery. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listDeadLetters: {
        readonly parameters: {
            readonly query?: {
                /** @description Most items on the page. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description `nextCursor` of the page before. Its content is not for you to read. */
                readonly cursor?: components["parameters"]["Cursor"];
            };
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page. Without `nextCursor` it is the last. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeliveryList"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly redeliverDeadLetters: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RedeliverRequest"];
            };
        };
        readonly responses: {
            /** @description Under way, as a job. Read it at `GET /webhooks/{webhookId}/jobs/{jobId}`. */
            readonly 202: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WebhookJob"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description 5 jobs of this endpoint are running: wait until one has ended, or cancel one. Also: the `Idempotency-Key`
             *     was used with another body, or its first request is still running (`Retry-After`).
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly redeliverDeadLetter: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Makes it safe to repeat this request for 24 hours. Optional, recommended; a UUID is a good one.
                 * @example 0b7d2c7e-5a0c-4a39-9a0e-3c8f2d1b6a54
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example whk_019b8e074600a1b2c3d4e5f60718 */
                readonly webhookId: components["parameters"]["WebhookId"];
                /** @example evt_019b8e0746001c2d3e4f5a6b7c8d */
                readonly eventId: components["parameters"]["EventId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Under way. Nobody has to act. */
            readonly 202: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            /** @description It is no dead letter: it is on its way, or was delivered or skipped (`details.state`). To send it again all
             *     the same, use `:replay`. Also: the `Idempotency-Key` was used with another body, or its first request is
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
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listEvents: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the answer before. `latest` begins with what happens from now on; when left out, with the oldest event that is kept (30 days). */
                readonly after?: string;
                /** @description Only events of these types, separated by commas. */
                readonly types?: string;
                /** @description Only events of this brand, campaign, number binding or endpoint. */
                readonly aggregateId?: components["schemas"]["Id"];
                /** @description Most items on the page. */
                readonly limit?: components["parameters"]["Limit"];
                /** @description Seconds to wait for an event when there is none. The answer is empty when none came. */
                readonly wait?: number;
            };
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Events, oldest first. You act next: store `nextCursor` once they are dealt with. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventList"];
                };
            };
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getEvent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /** @example evt_019b8e0746001c2d3e4f5a6b7c8d */
                readonly eventId: components["parameters"]["EventId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The event. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventDetail"];
                };
            };
            readonly 400: components["responses"]["Malformed"];
            readonly 401: components["responses"]["Unauthorized"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 422: components["responses"]["Invalid"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
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
            /** @description Not now. `failing` names what did not answer within 2 seconds, or `draining`. */
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
    readonly receiveTwilioCallback: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Over the URL under PUBLIC_URL and the body, by the account's auth token. Without it 400.
                 * @example RSOYDt4T1cUTdK1PDd93/VVr8B8=
                 */
                readonly "X-Twilio-Signature"?: components["parameters"]["TwilioSignature"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": {
                    readonly AccountSid?: string;
                    readonly BundleSid?: string;
                    readonly Status?: string;
                    readonly FailureReason?: string;
                } & {
                    readonly [key: string]: unknown;
                };
            };
        };
        readonly responses: {
            readonly 204: components["responses"]["ProviderHeard"];
            readonly 400: components["responses"]["ProviderUnsigned"];
            readonly 403: components["responses"]["ProviderForged"];
            readonly 413: components["responses"]["ProviderTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly receiveTwilioEvents: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description SHA-256 of the body's bytes, in hex; part of the URL that is signed.
                 * @example 4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
                 */
                readonly bodySHA256?: string;
            };
            readonly header?: {
                /**
                 * @description Over the URL under PUBLIC_URL and the body, by the account's auth token. Without it 400.
                 * @example RSOYDt4T1cUTdK1PDd93/VVr8B8=
                 */
                readonly "X-Twilio-Signature"?: components["parameters"]["TwilioSignature"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": readonly components["schemas"]["ProviderEvent"][] | components["schemas"]["ProviderEvent"];
            };
        };
        readonly responses: {
            readonly 204: components["responses"]["ProviderHeard"];
            readonly 400: components["responses"]["ProviderUnsigned"];
            readonly 403: components["responses"]["ProviderForged"];
            readonly 413: components["responses"]["ProviderTooLarge"];
            readonly 415: components["responses"]["UnsupportedMediaType"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getNumberHold: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description Taken over into the answer and our logs when it has 1 to 128 letters, digits, dots, underscores and hyphens; otherwise one is made.
                 * @example 4f6c2a1e
                 */
                readonly "Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            readonly path: {
                /**
                 * @description The number in E.164. The `+` may be sent as it is or as `%2B`.
                 * @example +12025550123
                 */
                readonly e164: components["parameters"]["E164"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Held or free, as of now. */
            readonly 200: {
                headers: {
                    readonly "Correlation-Id": components["headers"]["CorrelationId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NumberHold"];
                };
            };
            readonly 401: components["responses"]["Unauthorized"];
            readonly 422: components["responses"]["Invalid"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
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
            /** @description OpenAPI 3.1 in one document, event schemas included. */
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
export type ServiceOperationId = 'getHealth' | 'getHealthz' | 'getReadyz' | 'getMetrics' | 'receiveTwilioCallback' | 'receiveTwilioEvents' | 'getNumberHold' | 'getDocs' | 'getOpenApi';
export type OperationId = Exclude<keyof operations, ServiceOperationId>;
export type OperationRequest<Id extends OperationId> = http.OperationRequest<operations[Id]>;
export type OperationAnswer<Id extends OperationId> = http.OperationAnswer<operations[Id]>;
export type OperationHandler<Id extends OperationId> = http.OperationHandler<operations[Id]>;
export type OperationHandlers = { readonly [Id in OperationId]: OperationHandler<Id> };
