/** Where the provider posts the status of bundles: under PUBLIC_URL, given with each bundle. */
export const CALLBACKS_PATH = '/provider/twilio/callbacks';
/** Where it posts events: under PUBLIC_URL, given with the sink. */
export const EVENTS_PATH = '/provider/twilio/events';
